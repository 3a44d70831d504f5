using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

/// <summary>A test whose own tensors go with it.</summary>
public abstract class TorchTest : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <summary>Runs an action that must leave as many tensors alive as it found.</summary>
    protected static void AssertLeavesNothing(Action action)
    {
        action(); // what is made once and kept
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        action();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    public virtual void Dispose()
    {
        _scope.Dispose();
        GC.SuppressFinalize(this);
    }
}
