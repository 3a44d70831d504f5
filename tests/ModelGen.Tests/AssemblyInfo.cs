using System.Runtime.CompilerServices;
using ModelGen.Native;

// The tests count live tensors and set torch's global random state, which are the process's own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace ModelGen.Tests;

internal static class AssemblySetup
{
    // Before any test touches torch: how libtorch's threads wait is settled when it loads.
    [ModuleInitializer]
    internal static void LoadLibtorch() => Libtorch.Load();
}
