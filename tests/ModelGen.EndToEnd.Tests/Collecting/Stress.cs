using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>Repeats a piece of work while garbage is collected on another thread.</summary>
public sealed class Stress : IDisposable
{
    // A number that nothing holds was found after 0.02 to 0.7 s of repeating its operation; whether it is held is counted besides.
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("MODELGEN_STRESS_SECONDS") ?? "0.15", CultureInfo.InvariantCulture)
    );

    // One for all: the runtime does not always tell a listener that comes soon after another has gone.
    internal FinalizedTemporaries Left { get; } = new();

    /// <summary>Ends the counting.</summary>
    public void Dispose() => Left.Dispose();

    /// <summary>Checks that the work gives the same bytes with collections as without, and leaves no number or generator to them.</summary>
    /// <param name="work">Adds its results; it does the same each time.</param>
    internal void Check(Action<ResultBytes> work)
    {
        // Two threads cost more than they bring with tensors this small.
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            var expected = Bytes(work);
            Assert.NotEmpty(expected);
            Assert.True(expected.AsSpan().SequenceEqual(Bytes(work)), "The work does not give the same twice, without collections.");
            var before = Left.Count();
            using (new Collector())
            {
                var watch = Stopwatch.StartNew();
                for (var round = 0; round < 3 || watch.Elapsed < Time; round++)
                {
                    Assert.True(expected.AsSpan().SequenceEqual(Bytes(work)), $"Round {round} gives something else with collections.");
                }
            }

            var count = Left.Count() - before;
            Assert.True(
                count == 0,
                $"{count} numbers or generators were left to collections, which could have freed them while libtorch read them."
            );
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static byte[] Bytes(Action<ResultBytes> work)
    {
        var results = new ResultBytes();
        work(results);
        return results.ToArray();
    }
}

/// <summary>The tests that share one.</summary>
[CollectionDefinition(Name)]
public sealed class StressTests : ICollectionFixture<Stress>
{
    /// <summary>What their classes belong to.</summary>
    public const string Name = "stress";
}
