// The tests count live tensors and set torch's global random state, which are the process's own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
