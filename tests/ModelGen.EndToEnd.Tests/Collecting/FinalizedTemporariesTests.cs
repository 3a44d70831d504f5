using System.Runtime.CompilerServices;
using TorchSharp;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>What is left to collections is counted, and by the count that follows it.</summary>
[Collection(StressTests.Name)]
public sealed class FinalizedTemporariesTests(Stress stress)
{
    [Fact]
    public void CountsWhatWasLeftBefore()
    {
        for (var round = 0; round < 200; round++)
        {
            var before = stress.Left.Count();
            Leave(round, promoted: round % 2 == 0);
            Assert.Equal(round, stress.Left.Count() - before);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leave(int count, bool promoted)
    {
        var left = Enumerable.Range(0, count).Select(static i => i.ToScalar()).ToArray();
        if (promoted)
        {
            GC.Collect();
        }

        GC.KeepAlive(left);
    }
}
