<?php
// Binary trees: many small objects made and dropped.
class Tree
{
    public function __construct(public ?Tree $left, public ?Tree $right) {}

    public function count(): int
    {
        return 1 + ($this->left ? $this->left->count() : 0) + ($this->right ? $this->right->count() : 0);
    }
}

function tree(int $depth): Tree
{
    return $depth === 0 ? new Tree(null, null) : new Tree(tree($depth - 1), tree($depth - 1));
}

function bench(): int
{
    $n = 0;
    for ($i = 0; $i < 20; $i++) {
        $n += tree(11)->count();
    }
    return $n;
}
