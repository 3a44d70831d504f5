using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;
using Steps = ModelGen.Generators.SpecGenerator.Steps;

namespace ModelGen.Generators.Tests;

public sealed class IncrementalTests
{
    private const string A = "/app/a.model.yaml";
    private const string B = "/app/b.model.yaml";

    private static readonly string[] AllSteps =
    [
        Steps.RootNamespace,
        Steps.Parse,
        Steps.Model,
        Steps.PlacedModel,
        Steps.Code,
        Steps.Unit,
        Steps.Source,
        Steps.Report,
    ];

    [Fact]
    public void ASecondBuildDoesNothing()
    {
        var project = Project();
        var first = project.Run();
        var second = project.Run();

        Assert.All(AllSteps, step => Assert.All(second.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged)));
        Assert.All(second.OutputReasons, static reason => Assert.Equal(Cached, reason));
        Assert.Equal(first.Sources, second.Sources);
        Assert.Equal(
            ["Alpha.SourceMap.g.cs", "Alpha.g.cs", "Beta.SourceMap.g.cs", "Beta.g.cs"],
            second.Sources.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void AChangeOfCSharpOrOfAnOptionDoesNotConcernTheSpecs()
    {
        var project = Project();
        project.Run();
        project.WriteCode("namespace App; internal static class Program { public const int Two = 2; }");
        project.SetOption("build_property.AssemblyName", "Other");
        var build = project.Run();

        Assert.All(AllSteps, step => Assert.All(build.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged)));
        Assert.All(build.OutputReasons, static reason => Assert.Equal(Cached, reason));
    }

    [Theory]
    [InlineData("  - linear: 8\n", "  - linear: 8   # wide enough\n")]
    [InlineData("  - relu\n", "  - relu\n\n# The end.\n\n")]
    [InlineData("data: { tensor: [4] }\n", "data: {tensor:   [ 4 ]}\n")]
    [InlineData("model: Alpha\n", "model: \"Alpha\"\n")]
    [InlineData("family: network\n", "family:   network\n")]
    public void CommentsAndSpacesThatMoveNoLayerRegenerateNothing(string old, string @new)
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(A, Specs.Network("Alpha").Replace(old, @new, StringComparison.Ordinal));
        var build = project.Run();

        Assert.All([Steps.Model, Steps.Code, Steps.Source, Steps.Report], step =>
            Assert.All(build.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged))
        );
        Assert.All(build.OutputReasons, static reason => Assert.Equal(Cached, reason));
        Assert.Equal(before, build.Sources);
    }

    // A stack trace that names the wrong line is worse than a file written again.
    [Fact]
    public void ALineAboveTheLayersChangesTheirLinesAlone()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(A, "# A comment.\n" + Specs.Network("Alpha"));
        var build = project.Run();

        Assert.All([Steps.Model, Steps.Code], step =>
            Assert.All(build.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged))
        );
        Assert.Equal([Modified, Cached], build.Reasons(Steps.Source));
        Assert.Equal([Modified, Cached, Cached, Cached], build.OutputReasons);
        Assert.Equal(before["Beta.SourceMap.g.cs"], build.Sources["Beta.SourceMap.g.cs"]);
        var (old, @new) = (before["Alpha.g.cs"].Split('\n'), build.Sources["Alpha.g.cs"].Split('\n'));
        Assert.Equal(old.Length, @new.Length);
        var changed = old.Zip(@new).Where(static pair => pair.First != pair.Second).ToList();
        Assert.Equal(3, changed.Count(static pair => pair.First.StartsWith("#line (", StringComparison.Ordinal)));
        Assert.All(changed, static pair => Assert.Equal(Specs.WithoutPlaces(pair.First), Specs.WithoutPlaces(pair.Second)));
        Assert.Equal(before["Beta.g.cs"], build.Sources["Beta.g.cs"]);
    }

    [Fact]
    public void AChangedValueChangesOneFile()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(A, Specs.Network("Alpha", width: 9));
        var build = project.Run();

        Assert.Equal([Modified, Cached], build.Reasons(Steps.Parse));
        Assert.Equal([Modified, Cached], build.Reasons(Steps.Model));
        Assert.Equal([Modified, Cached], build.Reasons(Steps.Code));
        Assert.Equal([Modified, Unchanged], build.Reasons(Steps.Unit));
        Assert.Equal([Modified, Cached], build.Reasons(Steps.Source));
        Assert.Equal([Unchanged, Cached], build.Reasons(Steps.Report));
        Assert.Equal([Modified, Cached, Cached, Cached], build.OutputReasons);
        Assert.Equal(before["Beta.g.cs"], build.Sources["Beta.g.cs"]);
        Assert.NotEqual(before["Alpha.g.cs"], build.Sources["Alpha.g.cs"]);
    }

    [Fact]
    public void ADeletedFileTakesItsClassWithIt()
    {
        var project = Project();
        project.Run();
        project.Delete(A);

        Assert.Equal(["Beta.SourceMap.g.cs", "Beta.g.cs"], project.Run().Sources.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ANewFileBringsOneClass()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write("/app/sub/c.model.yaml", Specs.Network("Gamma"));
        var build = project.Run();

        Assert.Equal([New, Unchanged, Unchanged], build.Reasons(Steps.Unit).Order());
        Assert.Equal(
            ["Alpha.SourceMap.g.cs", "Alpha.g.cs", "Beta.SourceMap.g.cs", "Beta.g.cs", "Gamma.SourceMap.g.cs", "Gamma.g.cs"],
            build.Sources.Keys.Order(StringComparer.Ordinal)
        );
        Assert.All(before, source => Assert.Equal(source.Value, build.Sources[source.Key]));
    }

    [Fact]
    public void FilesThatAreNoSpecsAreNotRead()
    {
        var project = Project().Write("/app/notes.yaml", static () => throw new InvalidOperationException("read"));

        Assert.Equal(4, project.Run().Sources.Count);
    }

    // What a step keeps between builds must not keep a whole compilation alive, nor compare by reference.
    [Fact]
    public void StepsKeepNothingOfTheCompiler()
    {
        var project = Project()
            .Write("/app/bad.model.yaml", "model: Bad\nfamily: network\ndata: { tensor: [4] }\nnetwork: [linera: 3, conv: 2]\n");

        HoldsNothingOfTheCompiler(project.Run(), AllSteps);
    }

    /// <summary>Walks over all that steps keep.</summary>
    internal static void HoldsNothingOfTheCompiler(Build build, IEnumerable<string> steps)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var step in steps)
        {
            foreach (var output in build.Result.TrackedSteps[step].SelectMany(static run => run.Outputs))
            {
                Visit(output.Value, step, seen);
            }
        }

        Assert.True(seen.Count > 100, "The walk found little.");
    }

    private static SpecProject Project() => new SpecProject().Write(A, Specs.Network("Alpha")).Write(B, Specs.Transformer("Beta"));

    private static void Visit(object? value, string path, HashSet<object> seen)
    {
        if (
            value is null or string or Type or MemberInfo or Delegate
            || value.GetType() is { IsPrimitive: true }
            || value.GetType().IsEnum
            || !seen.Add(value)
        )
        {
            return;
        }

        Assert.False(
            value
                is ISymbol
                    or Compilation
                    or SyntaxNode
                    or SyntaxTree
                    or Location
                    or SyntaxToken
                    or SemanticModel
                    or AdditionalText
                    or Microsoft.CodeAnalysis.Text.SourceText,
            $"{path} holds a {value.GetType()}."
        );
        if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                Visit(item, $"{path}[]", seen);
            }
        }

        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (
                var field in type.GetFields(
                        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                    )
                    .Where(static field => !field.FieldType.IsPointer)
            )
            {
                Visit(field.GetValue(value), $"{path}.{field.Name}", seen);
            }
        }
    }
}
