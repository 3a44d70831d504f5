using System.Globalization;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Robustness;

/// <summary>Whatever the names around a spec are, its model compiles, or what is in its way is told at its place, once.</summary>
public sealed class RandomProjectTests
{
    [Fact]
    public void SpecsCompileOrSayWhyNot()
    {
        var (failures, compared) = (new List<string>(), 0);
        foreach (var seed in RandomCount.Seeds(60))
        {
            var random = RandomProject.Of(seed);
            var project = new SpecProject(random.RootNamespace, random.Source);

            // What is no C# by itself says nothing about generated code.
            if (Errors(project.Run()).Count > 0)
            {
                continue;
            }

            foreach (var (path, text) in random.Specs)
            {
                project.Write(path, text);
            }

            compared++;
            failures.AddRange(
                Failures(project.Run(), random)
                    .Select(what => string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {what}\n{random}"))
            );
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join('\n', failures)}");
        Assert.True(compared > 0, "No project was C# by itself.");
    }

    private static IEnumerable<string> Failures(Build build, RandomProject project)
    {
        if (build.Result.Exception is { } exception)
        {
            yield return exception.ToString();
            yield break;
        }

        var told = build.Diagnostics.Where(static found => found.DefaultSeverity == DiagnosticSeverity.Error).ToList();
        foreach (
            var twice in told.GroupBy(static found => (found.Id, found.Location.GetLineSpan())).Where(static group => group.Count() > 1)
        )
        {
            yield return $"told twice: {twice.First()}";
        }

        // What is in a spec's way may be a class of the project's own.
        var files = project.Specs.Select(static spec => spec.Path).Append("/app/Program.cs").ToList();
        foreach (var elsewhere in told.Where(found => !files.Contains(found.Location.GetLineSpan().Path)))
        {
            yield return $"told elsewhere: {elsewhere}";
        }

        foreach (var (path, text) in project.Specs)
        {
            var own = told.Where(found => found.Location.GetLineSpan().Path == path).ToList();
            if (own.Count == 0 && !build.Sources.Values.Any(code => code.Contains($"\"{path}\"", StringComparison.Ordinal)))
            {
                yield return $"neither compiled nor told: {path}";
            }

            foreach (var outside in own.Where(found => found.Location.SourceSpan.End > text.Length))
            {
                yield return $"told outside the text: {outside}";
            }
        }

        // One class for each spec without a mistake.
        var mistaken = project.Specs.Count(spec => told.Any(found => found.Location.GetLineSpan().Path == spec.Path));
        var classes = build.Sources.Keys.Count(static name => !name.EndsWith(".SourceMap.g.cs", StringComparison.Ordinal));
        if (classes != project.Specs.Count - mistaken)
        {
            yield return $"{classes} classes of {project.Specs.Count} specs, of which {mistaken} have mistakes";
        }

        foreach (var error in build.CompilerDiagnostics)
        {
            yield return $"told by C#: {error}";
        }
    }

    private static List<Diagnostic> Errors(Build build) =>
        [
            .. build
                .Output.GetDiagnostics()
                .Where(static found =>
                    found.DefaultSeverity == DiagnosticSeverity.Error && !found.Id.StartsWith("MG", StringComparison.Ordinal)
                ),
        ];
}
