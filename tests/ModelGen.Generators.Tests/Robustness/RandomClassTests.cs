using System.Globalization;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Robustness;

/// <summary>However a class with attributes is declared, it compiles, or what is wrong is told at its place, once.</summary>
public sealed class RandomClassTests
{
    // What one project holds.
    private const int AtOnce = 50;

    [Fact]
    public void AClassCompilesOrSaysWhyNot()
    {
        var failures = RandomCount.Seeds(100).Chunk(AtOnce).SelectMany(Failures).ToList();
        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join('\n', failures)}");
    }

    private static IEnumerable<string> Failures(int[] seeds)
    {
        var project = new SpecProject(generator: new ClassGenerator());
        var classes = seeds.Select(RandomClass.Of).ToList();
        foreach (var (each, i) in classes.SelectMany(static each => each.Files.Select((_, i) => (each, i))))
        {
            project.AddCode(each.Files[i], Path(each, i));
        }

        var build = project.Run();
        if (build.Result.Exception is { } exception)
        {
            return [string.Create(CultureInfo.InvariantCulture, $"seeds {seeds[0]} to {seeds[^1]}: {exception}")];
        }

        var verdict = new Verdict(build);
        return classes.SelectMany(each =>
            verdict
                .On(Path(each, 0).Split('/')[1], each.Mistakes, each.IsOpen)
                .Select(what =>
                    string.Create(CultureInfo.InvariantCulture, $"seed {each.Seed}: {what}\n{string.Join("\n---\n", each.Files)}")
                )
        );
    }

    private static string Path(RandomClass one, int file) =>
        string.Create(CultureInfo.InvariantCulture, $"/{one.Space.Split('.')[0]}/{file}.cs");
}
