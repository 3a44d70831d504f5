// The tests set torch's global random state, which is the process's own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
