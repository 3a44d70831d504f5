using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Robustness;

/// <summary>
/// Projects whose namespaces, types, members, models, layers and files have random names, most of them such as generated code uses itself:
/// a name that cannot be used is told at its place, and with any other everything compiles.
/// </summary>
public sealed class RandomNamesTests
{
    private static readonly string[] Words =
    [
        .. SurroundingsTests.Names,
        "forward",
        "input",
        "x",
        "M",
        "Model",
        "class",
        "record",
        "value",
        "_",
        "_1",
        "Ünïcode",
        "名前",
        "a1",
        "App",
        "Global",
        "Training",
        "Dispose",
    ];

    private static readonly string[] Files =
    [
        "a.model.yaml",
        "b.model.yml",
        "C.MODEL.YAML",
        "sub/a.model.yaml",
        "d.Model.Yml",
        "Ünï.model.yaml",
    ];

    [Fact]
    public void EachCompilesOrIsToldWhyNot()
    {
        var failures = new List<string>();
        foreach (var seed in RandomCount.Seeds(60))
        {
            var random = new Random(seed);
            var space = Namespace(random, random.Next(3));
            var code = Code(random);
            var specs = Files.Where(_ => random.Next(3) == 0).Select(file => (File: $"/app/{file}", Text: Spec(random))).ToList();
            var project = specs.Aggregate(new SpecProject(space, code), static (all, spec) => all.Write(spec.File, spec.Text));
            failures.AddRange(
                Failures(project.Run(), specs.ConvertAll(static spec => spec.File))
                    .Take(1)
                    .Select(failure =>
                        $"{seed}: {failure}\nroot namespace '{space}'\n{code}\n{string.Join('\n', specs.Select(static spec => $"{spec.File}\n{spec.Text}"))}"
                    )
            );
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static IEnumerable<string> Failures(Build build, List<string> specs)
    {
        if (build.Result.Exception is { } exception)
        {
            yield return exception.ToString();
        }

        foreach (var same in build.Diagnostics.GroupBy(static found => (found.Id, found.Location)).Where(static same => same.Count() > 1))
        {
            yield return $"told twice: {same.First()}";
        }

        foreach (var elsewhere in build.Diagnostics.Where(found => !specs.Contains(found.Location.GetLineSpan().Path)))
        {
            yield return $"not in a spec: {elsewhere}";
        }

        // One class for each spec without a mistake.
        var mistaken = build.Diagnostics.Select(static found => found.Location.GetLineSpan().Path).Distinct().Count();
        var classes = build.Sources.Keys.Count(static name => !name.EndsWith(".SourceMap.g.cs", StringComparison.Ordinal));
        if (classes != specs.Count - mistaken)
        {
            yield return $"{classes} classes of {specs.Count} specs, of which {mistaken} have mistakes: {string.Join('\n', build.Diagnostics)}";
        }

        foreach (var error in build.CompilerDiagnostics)
        {
            yield return $"beside '{string.Join(' ', build.Diagnostics)}': {error}";
        }
    }

    // In a namespace of a library's, a type may hide the library's own whatever it is called by: C# then says so itself.
    private static string Namespace(Random random, int length)
    {
        var words = Enumerable.Range(0, length).Select(_ => Word(random)).ToArray();
        return words is ["System" or "TorchSharp" or "ModelGen", ..] ? Namespace(random, length) : string.Join('.', words);
    }

    private static string Word(Random random)
    {
        var word = Words[random.Next(Words.Length)];
        return word is "class" ? "@class" : word;
    }

    // Types in random namespaces; a partial class may meet a model's.
    private static string Code(Random random)
    {
        var types = Enumerable
            .Range(0, random.Next(4))
            .Select(_ => (Space: Namespace(random, 1 + random.Next(2)), Name: Word(random)))
            .DistinctBy(static type => type.Space)
            .Select(type =>
                $"namespace {type.Space} {{ {(random.Next(3) == 0 ? "public static class" : "internal enum")} {type.Name}Of; }}"
            );
        return $"#pragma warning disable CS8981, CS1591\n{string.Join('\n', types)}\n";
    }

    private static string Spec(Random random)
    {
        var name = Words[random.Next(Words.Length)];
        var result = Words[random.Next(Words.Length)].ToLowerInvariant();
        return $"model: {name}\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork: [{{ linear: 4, as: {result} }}, {{ add: , from: [{result}, "
            + $"{result}] }}, {{ repeat: 2, layers: [linear: 4, gelu] }}]\n";
    }
}
