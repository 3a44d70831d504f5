using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Benchmarks.Generation;

/// <summary>Generation from nothing: what our generator adds to a first build.</summary>
internal sealed class GenerateSpecs : Benchmark
{
    public override string Name => "generate-100-specs";

    public override string Sentence =>
        "100 specs to C# by a driver that has not run before, in a warm process, against Roslyn compiling that C# (parse, bind, "
        + "emit), which a build does however the code came about; the ratio is what our generator adds to it.";

    public override Comparison Run()
    {
        var project = new SpecProject();
        var sources = project.Run(project.CreateDriver()).GetRunResult().GeneratedTrees.Select(static tree => tree.ToString()).ToArray();
        return Comparison.Time(() => project.Run(project.CreateDriver()), () => Compile(project, sources), warmUps: 3, pairs: 9);
    }

    private static void Compile(SpecProject project, string[] sources)
    {
        var compilation = project.Compilation.AddSyntaxTrees(sources.Select(static source => CSharpSyntaxTree.ParseText(source)));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        if (!result.Success)
        {
            throw new ModelGenException(
                "The generated code does not compile: "
                    + $"{result.Diagnostics.First(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)}."
            );
        }
    }
}
