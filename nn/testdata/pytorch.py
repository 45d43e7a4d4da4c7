"""Trains the default net with PyTorch on the CPU and prints images per second.

Usage: pytorch.py MNIST_FOLDER MODE THREADS STEPS

MODE is how the training is written:
  plain    as people write it: NCHW, the optimizer's default, ReLU before the pool
  float32  the best float32 settings found: channels_last, foreach Adam, the
           pool before ReLU (the same result, fewer values)
  bf16     the same under bf16 autocast

Batch 128, Adam, MNIST in memory, shuffled. A tenth of the steps warm up.
"""

import gzip
import sys
import time

import torch
from torch import nn
from torch.nn import functional


def load(folder):
    with gzip.open(folder + "/train-images-idx3-ubyte.gz") as file:
        images = torch.frombuffer(bytearray(file.read()[16:]), dtype=torch.uint8)
    with gzip.open(folder + "/train-labels-idx1-ubyte.gz") as file:
        labels = torch.frombuffer(bytearray(file.read()[8:]), dtype=torch.uint8)
    return images.view(-1, 1, 28, 28), labels.long()


class Net(nn.Module):
    def __init__(self, pool_first):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 5, padding=2)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 64, 3, padding=1)
        self.dense = nn.Linear(64 * 7 * 7, 10)
        self.pool_first = pool_first

    def pool(self, x):
        if self.pool_first:
            return functional.relu(functional.max_pool2d(x, 2))
        return functional.max_pool2d(functional.relu(x), 2)

    def forward(self, x):
        x = self.pool(self.conv1(x))
        x = self.pool(self.conv2(x))
        return self.dense(functional.relu(self.conv3(x)).flatten(1))


def main(folder, mode, threads, steps):
    torch.manual_seed(1)
    torch.set_num_threads(threads)
    tuned = mode != "plain"
    images, labels = load(folder)
    images = images.float() / 255
    net = Net(tuned)
    if tuned:
        net = net.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3, foreach=tuned or None)
    order, began, done = torch.randperm(len(images)), 0.0, 0
    for step in range(steps + steps // 10):
        if step == steps // 10:
            began, done = time.perf_counter(), 0
        at = step * 128 % (len(images) - 128)
        index = order[at : at + 128]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mode == "bf16"):
            loss = functional.cross_entropy(net(images[index]), labels[index])
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        done += 128
    print(done / (time.perf_counter() - began))


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
