using System.Globalization;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Tests;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Generators.Classes;
using Steps = ModelGen.Generators.ClassGenerator.Steps;

namespace ModelGen.Generators.Tests.Classes;

/// <summary>A model written as attributes becomes the very class that its spec becomes.</summary>
public sealed class SameCodeTests(SameCodeTests.AllClasses classes) : IClassFixture<SameCodeTests.AllClasses>
{
    private const string RecomputedBlock =
        "model: Example\nfamily: network\ndata: { tensor: [4] }\nblocks: { mlp: { layers: [linear: 8, relu, linear: 4] } "
        + "}\nnetwork: [mlp, { mlp: , recompute: true, as: last }]\n";

    private static readonly IReadOnlyList<(string Name, string Spec)> Specs =
    [
        .. EveryWord
            .Specs.Select(static pair => (pair.Name, pair.Spec))
            .Concat(Repository.Specs.Select(static path => (path, Repository.Read(path))))
            .Append(("a block that is recomputed", RecomputedBlock))
            .Where(static pair => ClassText.CanWrite(pair.Item2)),
    ];

    public static TheoryData<string> Names => [.. Specs.Select(static pair => pair.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void BothFrontsGiveTheSameCode(string name)
    {
        var space = AllClasses.Space(name);
        var fromSpec = SpecCompiler.Generate(SpecCompiler.Parse(Specs.Single(pair => pair.Name == name).Spec).Spec!, space).Code;

        Assert.NotNull(fromSpec);
        Assert.Equal(fromSpec, classes.Code[space]);
    }

    [Fact]
    public void TheClassesCompileWithoutAWarning()
    {
        Assert.Equal("", string.Join('\n', classes.Mistakes));
        Assert.Equal("", string.Join('\n', classes.Build.CompilerDiagnostics));
    }

    [Fact]
    public void TheReadmesModelIsThatOfThePageOfAttributes()
    {
        var spec = Pages.Blocks("README.md", "yaml").First();
        var source = Pages
            .Blocks("docs/attributes.md", "csharp")
            .Single(static block => block.StartsWith("using ModelGen;", StringComparison.Ordinal));
        var build = new SpecProject(source: source, generator: new ClassGenerator()).Run();

        var code = (ClassCode)build.Result.TrackedSteps[Steps.Code].Single().Outputs.Single().Value;
        Assert.Equal(SpecCompiler.Generate(SpecCompiler.Parse(spec).Spec!, "Models").Code, code.Generated!.Code);
        Assert.Empty(build.CompilerDiagnostics);
    }

    /// <summary>The classes of all specs in one project, each in a namespace of its own.</summary>
    public sealed class AllClasses
    {
        /// <summary>Builds the project once.</summary>
        public AllClasses()
        {
            var source = string.Join('\n', Specs.Select(static pair => ClassText.Of(pair.Spec, Space(pair.Name))));
            var project = new SpecProject(source: source, generator: new ClassGenerator());
            foreach (var path in Repository.OwnParts)
            {
                project.AddCode("using System;\nusing System.Collections.Generic;\n" + Repository.Read(path), path);
            }

            Build = project.Run();
            Mistakes = [.. project.Analyze().Select(static diagnostic => diagnostic.ToString())];
            Code = Build
                .Result.TrackedSteps[Steps.Code]
                .SelectMany(static run => run.Outputs)
                .Select(static output => (ClassCode)output.Value)
                .ToDictionary(static code => code.Class.Namespace, static code => code.Generated?.Code);
        }

        internal Build Build { get; }

        internal IReadOnlyList<string> Mistakes { get; }

        internal IReadOnlyDictionary<string, ModelSources?> Code { get; }

        internal static string Space(string name) =>
            string.Create(CultureInfo.InvariantCulture, $"Space{Specs.ToList().FindIndex(pair => pair.Name == name)}");
    }
}
