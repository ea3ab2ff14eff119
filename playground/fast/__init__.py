"""The fast path: the game's gradients written out for stacks of linear layers, held by the tests against autograd."""
