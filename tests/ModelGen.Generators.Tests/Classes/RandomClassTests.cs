using System.Globalization;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Classes;

/// <summary>Random declarations of a model's class: whatever is refused says why, at its place and once, and the rest compiles.</summary>
public sealed class RandomClassTests
{
    private static readonly int Count = int.Parse(
        Environment.GetEnvironmentVariable("MODELGEN_RANDOM_CLASSES") ?? "150",
        CultureInfo.InvariantCulture
    );

    // What C# says where no part is generated, which would have the property's implementation, the base class and its constructor.
    private static readonly HashSet<string> Unimplemented = ["CS9248", "CS0751", "CS0115", "CS0535", "CS1729", "CS7036"];

    [Fact]
    public void EachCompilesOrIsToldWhyNot()
    {
        var failures = new List<string>();
        for (var seed = 0; seed < Count; seed++)
        {
            var declared = RandomClass.Of(seed);
            failures.AddRange(Failures(declared).Take(1).Select(failure => $"{seed}: {failure}\n{declared.Code}"));
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static IEnumerable<string> Failures(RandomClass declared)
    {
        var build = new SpecProject(
            source: "#pragma warning disable CS1591, CS0169, CS0414, CS0649, CS0067, CS9113, CS8981\nusing System;\nusing System.IO;\nusing "
                + $"ModelGen;\nusing TorchSharp;\nnamespace App;\ninternal interface IMine;\n{declared.Code}\n",
            generator: new ClassGenerator()
        ).Run();
        if (build.Result.Exception is { } exception)
        {
            yield return exception.ToString();
        }

        var ours = build.Diagnostics.Where(static found => found.Severity == DiagnosticSeverity.Error).ToList();
        foreach (var same in ours.GroupBy(static found => (found.Id, found.Location)).Where(static same => same.Count() > 1))
        {
            yield return $"told twice: {same.First()}";
        }

        foreach (var elsewhere in ours.Where(static found => found.Location.SourceTree?.FilePath != "/app/Program.cs"))
        {
            yield return $"not in the class: {elsewhere}";
        }

        string[] wanted =
        [
            .. declared.IsNone ? ["MG3004"] : Array.Empty<string>(),
            .. declared.IsMisnamed ? ["MG2013"] : Array.Empty<string>(),
            .. !declared.IsNone && declared.Reasons.Count > 0 ? ["MG3001"] : Array.Empty<string>(),
            .. !declared.IsNone && !declared.IsMisnamed && declared.Reasons.Count == 0 && declared.Clashes.Count > 0
                ? ["MG3010"]
                : Array.Empty<string>(),
        ];
        var told = ours.Select(static found => found.Id).Distinct();
        if (wanted.Except(told).Any() || (wanted.Length == 0 && ours.Count > 0))
        {
            yield return $"'{string.Join(", ", wanted)}' was to be told, and this was: {string.Join('\n', ours)}";
        }

        var frames = ours.Where(static found => found.Id == "MG3001").ToList();
        if (frames.Count > 1)
        {
            yield return $"several reasons: {string.Join('\n', frames)}";
        }

        if (frames is [var frame] && !declared.Reasons.Any(reason => frame.GetMessage(null).Contains(reason, StringComparison.Ordinal)))
        {
            yield return $"not why: {frame}";
        }

        foreach (
            var error in build
                .Output.GetDiagnostics()
                .Where(found =>
                    found.Severity == DiagnosticSeverity.Error
                    && (ours.Count == 0 || found.Location.SourceTree?.FilePath != "/app/Program.cs" || !Unimplemented.Contains(found.Id))
                )
        )
        {
            yield return $"beside '{string.Join(' ', ours)}': {error}";
        }
    }
}
