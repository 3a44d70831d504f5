using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Compiler.Tests.House;

/// <summary>That folders are namespaces, and that arrows between them go one way.</summary>
public sealed class LayoutTests
{
    private static readonly Layout[] Projects =
    [
        // Syntax -> Spec -> Graph -> Passes -> a back end.
        new(
            "generators/ModelGen.Compiler",
            [
                "Collections",
                "Text",
                "Diagnostics",
                "Syntax",
                "Shapes",
                "Operations",
                "Language",
                "Language.Parameters",
                "Spec",
                "Binding",
                "Graph",
                "Passes",
                "Surface",
                "Files",
                "Words",
                "Words.Tokenizers",
                "Words.Data",
                "Words.Sources",
                "Words.Starts",
                "Words.Adapters",
                "Words.Initialisers",
                "Words.Likelihoods",
                "Words.Conditionings",
                "Words.Positions",
                "Words.Layouts",
                "Words.Objectives",
                "Words.Rewards",
                "Words.Training.Optimizers",
                "Words.Training.Schedules",
                "Words.Training",
                "Words.Layers",
                "Words.Families",
                "CSharp.Naming",
                "CSharp.Operations",
                "CSharp",
                "Attributes",
                "Schema",
                "",
            ]
        ),
        // Classes name the spec that they are bound to as text; specs look for the classes that are bound to them.
        new("generators/ModelGen.Generators", ["Reporting", "Classes", "Specs", "Recipes", ""]),
        // What users name. It brings the rest with it.
        new("src/ModelGen", [""]),
        // What knows no tensors, so that nothing of it loads libtorch.
        new(
            "src/ModelGen.Core",
            [
                "",
                "RandomNumbers",
                "Files",
                "Checkpoints",
                "Data",
                "Tokenization",
                "Constraints",
                "Chat",
                "Answers",
                "Evaluation",
                "Sampling",
                "Rewards",
                "Plots",
                "Training",
                "Training.Schedules",
                "Training.Guards",
                "Objectives",
                "Runs",
            ]
        )
        {
            Root = "ModelGen",
        },
        new(
            "src/ModelGen.Torch",
            [
                "Native",
                "Native.Convolutions",
                "Decoding",
                "Layers",
                "Likelihoods",
                "Data",
                "Checkpoints",
                "Training.Optimizers",
                "Training.Gradients",
                "Training.Guards",
                "Training",
                "Tuning",
                "Losses",
                "Answers",
                "Models",
                "Objectives",
                "Plots",
                "Sampling",
                "Policies",
                "Prediction",
                "Rewards",
                "Evaluation",
                "Runs",
            ]
        )
        {
            Root = "ModelGen",
        },
        new("src/ModelGen.Cli", ["Data", "Specs", "Plans", "Compilation", "Tables", "Runs", "Sweeps", "Ratings", "Verbs", ""]),
        new("src/ModelGen.Extensions.AI", ["Chat", "Embeddings"]) { Root = "ModelGen" },
        new("src/ModelGen.Build", [""]),
        new("src/ModelGen.Build.Files", [""]),
    ];

    public static TheoryData<string> Folders => [.. Projects.Select(project => project.Folder)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void FoldersAreNamespacesAndArrowsGoOneWay(string folder)
    {
        var layout = Projects.Single(project => project.Folder == folder);

        var problems = layout.Problems(Namespaces.Sources(folder));

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void EveryProjectHasALayout() =>
        Assert.Equal(
            new[] { "generators", "src" }
                .SelectMany(part => Directory.EnumerateFiles(Path.Combine(Repository.Root, part), "*.csproj", SearchOption.AllDirectories))
                .Select(project => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(project)!).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
            Projects.Select(project => project.Folder).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void WhatALayoutDoesNotAllowIsFound()
    {
        var problems = House(new Layout("src/House", ["Cellar", "Attic", "Hall"]));

        Assert.Equal(
            [
                "a room that the layout lacks: Roof",
                "a room of the layout that is empty: Hall",
                "wrong arrow: Cellar -> Attic at src/House/Cellar/Boiler.cs(1): Chimney",
                "knot: Attic, Cellar",
                "not all in the namespace of the folder: Attic",
            ],
            problems
        );
    }

    // A boiler that reaches up to the chimney, which in turn asks after the boiler.
    private static IReadOnlyList<string> House(Layout layout) =>
        layout.Problems([
            Source("src/House/Cellar/Boiler.cs", "namespace House.Cellar; class Boiler { House.Attic.Chimney chimney; }"),
            Source("src/House/Attic/Chimney.cs", "namespace House.Attic; class Chimney { House.Cellar.Boiler boiler; }"),
            Source("src/House/Attic/Tiles.cs", "namespace House.Roof; class Tiles { }"),
            Source("src/House/IsExternalInit.cs", "namespace System.Runtime.CompilerServices; static class IsExternalInit { }"),
        ]);

    private static SyntaxTree Source(string path, string text) => CSharpSyntaxTree.ParseText(text, path: path);
}
