// Package safetensors writes a network's weights as a file of the format of that name, and reads them again.
//
//  1. Write puts down a network: metadata in words, and its tensors as little-endian float32, one behind the other.
//  2. Parse checks a file against the format's rules and takes it apart. Weights of half or double precision are converted.
//  3. File.Architecture is what the metadata says the network is; File.Network puts the tensors into a network, and says which
//     tensor is missing, unknown, or of another shape.
//
// The tensors are named conv1.weight, conv1.bias, conv2.weight, …, dense1.weight, dense1.bias and lie as PyTorch has them, so
// that a module with layers of these names takes them as its state:
//
//	convN.weight  [outputs][inputs][filter height][filter width]
//	denseN.weight [outputs][inputs], the inputs in the order channel, row, column, as flattening [channel][row][column] gives
//	*.bias        [outputs]
//
// In Python: module.load_state_dict(safetensors.torch.load_file("last.safetensors")). Images are [1][28][28] of 0, no ink, to 1.
//
// The format is of https://github.com/huggingface/safetensors: 8 bytes of length, little-endian; so many bytes of a JSON object,
// padded with spaces; and the tensors' bytes, without a gap. The package opens no files.
package safetensors
