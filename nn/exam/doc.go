// Package exam tells how a network does on labelled images, in more detail than one number.
//
//  1. [Take] asks a network about every image and keeps all probabilities.
//  2. [Answers.Evaluation] counts them in a confusion matrix, of which [Scores] tells recall, precision and F1 of each class.
//  3. [Answers.Calibration] compares how sure the network is with how often it is right.
//  4. [Answers.Worst] and [Answers.Cell] find the images behind the numbers.
//  5. [NewLayout] lays some images out on a plane by what the last hidden layer makes of them (principal component
//     analysis), turned so that it is as near as it can be to the layout of an earlier step: over the steps the images drift.
//
// All results are functions of the weights and the images alone, with the same bits for any number of goroutines. The package draws nothing and knows
// no runs.
package exam
