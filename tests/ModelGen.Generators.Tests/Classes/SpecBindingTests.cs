using Microsoft.CodeAnalysis;
using Steps = ModelGen.Generators.SpecGenerator.Steps;

namespace ModelGen.Generators.Tests.Classes;

/// <summary>A class of the user's own becomes the model of a spec.</summary>
public sealed class SpecBindingTests
{
    private const string Spec = "/app/specs/alpha.model.yaml";

    [Theory]
    [InlineData("specs/alpha.model.yaml")]
    [InlineData("./specs//alpha.model.yaml")]
    [InlineData("specs\\\\alpha.model.yaml")]
    [InlineData("../app/specs/alpha.model.yaml")]
    [InlineData("/app/specs/alpha.model.yaml")]
    public void TheModelHasTheClasssNamespaceAndAccessibility(string path)
    {
        var project = Project($"namespace Deep.Inside; [Model(\"{path}\")] internal partial class Alpha {{ internal int Twice => 2; }}");
        var build = project.Run();

        Assert.Empty(build.CompilerDiagnostics);
        Assert.Empty(project.Analyze());
        Assert.Equal(Accessibility.Internal, build.Output.Assembly.GetTypeByMetadataName("Deep.Inside.Alpha")!.DeclaredAccessibility);
        Assert.Equal(
            "ModelGen.Models.Network",
            build.Output.Assembly.GetTypeByMetadataName("Deep.Inside.Alpha")!.BaseType!.ToDisplayString()
        );
        Assert.Null(build.Output.Assembly.GetTypeByMetadataName("App.Alpha"));
    }

    [Theory]
    [InlineData(
        "namespace Deep; [Model(\"specs/alhpa.model.yaml\")] public partial class Alpha;",
        "\"specs/alhpa.model.yaml\"",
        "MG3009: [Model] cannot bind 'specs/alhpa.model.yaml': the project has no such spec; did you mean 'specs/alpha.model.yaml'?"
    )]
    [InlineData(
        "namespace Deep; [Model(\"specs/alpha.model.yaml\")] public partial class Beta;",
        "\"specs/alpha.model.yaml\"",
        "MG3009: [Model] cannot bind 'specs/alpha.model.yaml': its model is 'Alpha', but the class is 'Beta'"
    )]
    [InlineData(
        "namespace Deep { [Model(\"specs/alpha.model.yaml\")] public partial class Alpha; } namespace Also { "
            + "[Model(\"specs/alpha.model.yaml\")] public partial class Alpha; }",
        "\"specs/alpha.model.yaml\"",
        "MG3009: [Model] cannot bind 'specs/alpha.model.yaml': 'Also.Alpha' is already bound to it"
    )]
    [InlineData(
        "namespace Deep; [Model(\"specs/alpha.model.yaml\")] public class Alpha;",
        "Alpha",
        "MG3001: 'Alpha' cannot be a model: it must be partial"
    )]
    [InlineData(
        "namespace Deep; [Model(\"specs/alpha.model.yaml\"), Tensor(4)] public partial class Alpha;",
        "Tensor",
        "MG3004: [Tensor] has no effect: the spec already defines the model"
    )]
    public void AMistakeIsAtItsPlace(string code, string marked, string message)
    {
        var diagnostic = Assert.Single(Project(code).Analyze());

        Assert.Equal(message, $"{diagnostic.Id}: {diagnostic.GetMessage(null)}");
        Assert.Equal(marked, diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
    }

    [Fact]
    public void AClassThatIsNotBoundLeavesTheModelWhereItIs() =>
        Assert.NotNull(
            Project("namespace Deep; [Model(\"specs/alpha.model.yaml\")] public partial class Beta;")
                .Run()
                .Output.Assembly.GetTypeByMetadataName("App.Alpha")
        );

    [Fact]
    public void OtherCodeRegeneratesNothing()
    {
        const string Code = "namespace Deep; [Model(\"specs/alpha.model.yaml\")] public partial class Alpha { private int _one = 1; }";
        var project = Project(Code).Write("/app/b.model.yaml", Specs.Transformer("Beta"));
        project.Run();
        project.WriteCode($"using ModelGen;\n\n{Code.Replace("= 1", "= 2", StringComparison.Ordinal)}");
        var build = project.Run();

        Assert.All([Steps.Binding, Steps.BoundModel, Steps.Code, Steps.Source], step =>
            Assert.All(build.Reasons(step), static reason =>
                Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged)
            )
        );
        Assert.All(build.OutputReasons, static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        IncrementalTests.HoldsNothingOfTheCompiler(build, [Steps.Parse, Steps.Binding, Steps.BoundModel, Steps.Code, Steps.Unit]);
    }

    [Fact]
    public void BindingOneModelLeavesTheOthersAlone()
    {
        var project = Project("namespace Deep; internal class Nothing;").Write("/app/b.model.yaml", Specs.Network("Beta"));
        project.Run();
        project.WriteCode("using ModelGen; namespace Deep; [Model(\"specs/alpha.model.yaml\")] public partial class Alpha;");
        var build = project.Run();

        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Unchanged], build.Reasons(Steps.BoundModel));
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], build.Reasons(Steps.Code));
    }

    private static SpecProject Project(string code)
    {
        var project = new SpecProject(source: $"using ModelGen;\n{code}\n").Write(Spec, Specs.Network("Alpha"));
        project.SetOption("build_property.ProjectDir", "/app/");
        return project;
    }
}
