using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.CSharp;

public sealed class ModuleListTests
{
    // Generated loops enumerate lists of modules in each forward.
    [Fact]
    public void EnumeratingAListOfModulesCopiesNothing()
    {
        using var scope = NewDisposeScope();
        using var list = nn.ModuleList([.. Enumerable.Range(0, 100).Select(static _ => nn.Identity())]);
        Count(list);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = Count(list);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(100, count);
        Assert.InRange(allocated, 0, 100);
    }

    private static int Count(TorchSharp.Modules.ModuleList<TorchSharp.Modules.Identity> list)
    {
        var count = 0;
        foreach (var module in list)
        {
            count += module is null ? 0 : 1;
        }

        return count;
    }
}
