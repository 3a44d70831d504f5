using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Files;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;
using Steps = ModelGen.Generators.SpecGenerator.Steps;

namespace ModelGen.Generators.Tests;

/// <summary>Files that models name and that are there at build are compared with the models, however these are written.</summary>
public sealed class NamedFileTests
{
    private const string Facts = "/app/obj/model.safetensors.1.modelgen-facts";

    private const string Spec =
        "model: Alpha\nfamily: network\ndata: { tensor: [4] }\nweights: { layout: modelgen, file: base/model.safetensors }\nnetwork: [linear: 2]\n";

    private const string Class = """
        using ModelGen;

        namespace App;

        [Network, Tensor(4)]
        [Weights(File = "base/model.safetensors"), ModelGenLayout]
        public partial class Beta
        {
            [Linear(2)]
            internal static partial LayerList NetworkLayers { get; }
        }

        """;

    private const string Message =
        "the weights file 'base/model.safetensors' does not fit this model in the layout 'modelgen': these differ: 'linear.weight' is Float32 "
        + "[3, 4] and should be [2, 4]; use the weights of a model of these sizes, or change the spec";

    [Fact]
    public void ASpecIsToldAtItsLineAndKeepsItsCode()
    {
        var project = Project(new SpecProject());

        var build = project.Write(Facts, Weights(3)).Run();

        var mistake = Assert.Single(build.Diagnostics);
        Assert.Equal(("MG2034", Message), (mistake.Id, mistake.GetMessage(null)));
        Assert.Equal("/app/a.model.yaml: (3,35)-(3,57)", mistake.Location.GetLineSpan().ToString());
        Assert.Equal(DiagnosticSeverity.Error, mistake.Severity);
        Assert.Contains("Alpha.g.cs", build.Sources.Keys);
        Assert.Empty(build.CompilerDiagnostics);

        Assert.Empty(project.Write(Facts, Weights(2)).Run().Diagnostics);
        Assert.Single(project.Write(Facts, Weights(5)).Run().Diagnostics);
        project.Delete(Facts);
        Assert.Empty(project.Run().Diagnostics);
    }

    [Fact]
    public void AClassIsToldAtItsAttributeAndKeepsItsCode()
    {
        var project = Project(new SpecProject(source: Class, generator: new ClassGenerator()));

        var build = project.Write(Facts, Weights(3)).Run();

        var mistake = Assert.Single(build.Diagnostics);
        Assert.Equal(("MG2034", Message), (mistake.Id, mistake.GetMessage(null)));
        Assert.Equal("/app/Program.cs: (5,16)-(5,40)", mistake.Location.GetLineSpan().ToString());
        Assert.True(mistake.Location.IsInSource);
        Assert.Contains("App.Beta.g.cs", build.Sources.Keys);
        Assert.Empty(build.CompilerDiagnostics);

        Assert.Empty(project.Write(Facts, Weights(2)).Run().Diagnostics);
    }

    // What a build knows of files concerns no code.
    [Fact]
    public void AnotherFileMakesNoOtherCode()
    {
        var project = Project(new SpecProject()).Write(Facts, Weights(2));
        project.Run();

        var build = project.Write(Facts, Weights(3)).Run();

        Assert.Single(build.Diagnostics);
        Assert.All(new[] { Steps.Parse, Steps.Model, Steps.Code, Steps.Unit, Steps.Source }, step =>
            Assert.All(build.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged))
        );
        Assert.Equal([Modified], build.Reasons(Steps.Report));
    }

    private static SpecProject Project(SpecProject project)
    {
        project.SetOption("build_property.ProjectDir", "/app/");
        return project.Write("/app/a.model.yaml", Spec);
    }

    private static string Weights(long rows) =>
        new WeightFacts("base/model.safetensors")
        {
            Tensors = new EquatableArray<TensorFacts>([
                new TensorFacts("linear.weight", "Float32", new EquatableArray<long>([rows, 4])),
                new TensorFacts("linear.bias", "Float32", new EquatableArray<long>([2])),
            ]),
        }.Write();
}
