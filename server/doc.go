// Command server trains a network on handwritten digits and shows it live in
// a browser.
//
//  1. It reads the flags, listens, prints the address, and answers pages at
//     once.
//  2. Meanwhile it reads the data. Unfinished runs go on; if there are none it
//     opens one, which waits at its random start until somebody looks.
//  3. With -headless it serves nothing and trains one run to its end. A
//     terminal shows the progress in its last line. A folder gets a report,
//     whose files web makes; it is whole when it has an index.html.
//  4. With -init a new run begins with the weights of a file, whose name and
//     hash are part of its configuration from then on.
//  5. SIGINT or SIGTERM closes every connection with a reason and ends the
//     trainers.
//
// The package only wires the rooms together: runs are kept by runlog, shown by
// web.
package main
