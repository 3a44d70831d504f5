using System.Globalization;
using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using Xunit.Abstractions;

namespace ModelGen.EndToEnd.Tests.Robustness;

/// <summary>What builds runs, and what cannot run is told at build.</summary>
public sealed class RandomModelTests(ITestOutputHelper log) : IDisposable
{
    // What one assembly holds: compiling C# takes longer than running it.
    private const int AtOnce = 40;

    private static readonly int Count = Number("MODELGEN_RANDOM_COUNT", 80);
    private static readonly int First = Number("MODELGEN_RANDOM_FIRST", 0);

    private readonly int _threads = torch.get_num_threads();

    public void Dispose() => torch.set_num_threads(_threads);

    /// <summary>
    /// MODELGEN_RANDOM_COUNT says how many specs are tried, and MODELGEN_RANDOM_FIRST the seed of the first: with a count of 1 and the seed
    /// of a failure, that one alone.
    /// </summary>
    [Fact]
    public void WhatBuildsRuns()
    {
        // Two threads cost more than they bring with tensors this small.
        torch.set_num_threads(1);
        var (failures, refused, diverged) = (new List<string>(), new List<string>(), 0);
        foreach (var seeds in Enumerable.Range(First, Count).Chunk(AtOnce))
        {
            var assembly = new SpecAssembly();
            var models = new List<RandomModel>();
            foreach (var model in seeds.Select(RandomModel.Of))
            {
                var mistakes = assembly.Add(model.Yaml);
                if (mistakes.Count == 0)
                {
                    models.Add(model);
                }
                else if (mistakes.Any(static mistake => mistake.Contains("MG9999", StringComparison.Ordinal)))
                {
                    failures.Add(Failure(model, string.Join('\n', mistakes)));
                }
                else
                {
                    refused.Add($"seed {model.Seed}: {string.Join("\n  ", mistakes)}");
                }
            }

            foreach (var (model, compiled) in models.Zip(assembly.Load()))
            {
                try
                {
                    diverged += new RandomModelRun(compiled, model.MayDiverge).Run() is null ? 0 : 1;
                }
                catch (Exception exception)
                {
                    failures.Add(Failure(model, exception.ToString()));
                }
            }
        }

        log.WriteLine($"{refused.Count} of {Count} specs were refused, {diverged} diverged");
        log.WriteLine(string.Join('\n', refused));
        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join('\n', failures)}");
        Assert.True(3 * refused.Count <= Math.Max(3, Count), $"{refused.Count} of {Count} specs were refused.");
    }

    private static string Failure(RandomModel model, string what) => $"seed {model.Seed}: {what}\n";

    private static int Number(string variable, int otherwise) =>
        int.Parse(
            Environment.GetEnvironmentVariable(variable) ?? otherwise.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture
        );
}
