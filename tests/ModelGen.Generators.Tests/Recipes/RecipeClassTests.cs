using System.Globalization;
using ModelGen.Compiler;
using ModelGen.Compiler.Tests;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Tests.Recipes;
using ModelGen.Generators.Tests.Classes;

namespace ModelGen.Generators.Tests.Recipes;

/// <summary>A recipe written as attributes becomes the very class that its file becomes, and its mistakes show at their places.</summary>
public sealed class RecipeClassTests(RecipeClassTests.AllRecipes recipes) : IClassFixture<RecipeClassTests.AllRecipes>
{
    private const string Model =
        "[Transformer, Tokens(8), NextToken] public partial class Gpt { [Embed(8), Unembed] static partial LayerList "
        + "NetworkLayers { get; } }";

    private const string Training = "Training(Batch = 4, Duration = \"10 steps\"), AdamW(1e-3)";

    // The class, what is marked, and what is said about it.
    private static readonly (string Code, string Marked, string Message)[] Mistakes =
    [
        ($"[Recipe(typeof(Gpt)), {Training}] public static class R;", "R", "MG3030: 'R' cannot be a recipe: it must be partial"),
        (
            $"[Recipe(typeof(Gpt)), {Training}] public static partial class R<T>;",
            "R",
            "MG3030: 'R' cannot be a recipe: it has type parameters"
        ),
        (
            $"public static partial class Outer {{ [Recipe(typeof(Gpt)), {Training}] public static partial class R; }}",
            "R",
            "MG3030: 'R' cannot be a recipe: it is nested in 'Outer'; declare it in a namespace"
        ),
        (
            $"[Recipe(typeof(string)), {Training}] public static partial class R;",
            "typeof(string)",
            "MG2030: 'System.String' names no model of this project"
        ),
        (
            $"public class Gtp; [Recipe(typeof(Gtp)), {Training}] public static partial class R;",
            "typeof(Gtp)",
            "MG2030: 'SPACE.Gtp' names no model of this project"
        ),
        (
            "[Network, Tensor(4)] public partial class Net { [Relu] static partial LayerList NetworkLayers { get; } } "
                + $"[Recipe(typeof(Net)), {Training}] public static partial class R;",
            "Training",
            "MG2023: 'training' needs an 'objective', which it minimises"
        ),
        (
            "[Recipe(typeof(Gpt))] public static partial class R;",
            "Recipe",
            "MG2004: a recipe for a model of the family 'transformer' needs 'training': how the model is trained (the attribute [Training])"
        ),
        (
            "[Recipe(typeof(Gpt)), Training(Batch = 4, Duration = \"10 steps\")] public static partial class R;",
            "Training",
            "MG2004: 'training' needs 'optimizer': how a step updates the weights (an attribute such as [Adafactor])"
        ),
        (
            "[Recipe(typeof(Gpt)), AdamW(1e-3), Training(Batch = 0, Duration = \"10 steps\")] public static partial class R;",
            "0",
            "MG2006: 'training.batch' is 0; it must be at least 1"
        ),
        (
            "[Recipe(typeof(Gpt)), AdamW(1e-3), Training(Batch = 4, Duration = \"10 stpes\")] public static partial class R;",
            "stpes",
            "MG2002: 'stpes' is not a unit of training length; did you mean 'steps'?"
        ),
        (
            "[Recipe(typeof(Gpt)), AdamW(1e-3), Training(Batch = 4, Duration = \"10 images\")] public static partial class R;",
            "Training",
            "MG2023: 'training' has a length of '10 images', but the data are tokens; count it in steps, epochs or tokens"
        ),
        (
            $"[Recipe(typeof(Gpt)), Hinge, {Training}] public static partial class R;",
            "Hinge",
            "MG2027: 'hinge' is an objective, but not one that 'objective' takes here; it takes distillation, dpo, grpo, ipo, kto, "
                + "masked-token, next-token, orpo, ppo, rloo, sft, simpo"
        ),
        (
            $"[Recipe(typeof(Gpt)), Sampling(TopK = 3), {Training}] public static partial class R;",
            "Sampling",
            "MG3004: [Sampling] has no effect: a recipe for a model of the family 'transformer' takes no 'sampling'"
        ),
        (
            $"[Recipe(typeof(Gpt)), Tokens(4), {Training}] public static partial class R;",
            "Tokens",
            "MG3004: [Tokens] has no effect: a recipe for a model of the family 'transformer' takes no kind of data"
        ),
        (
            $"[Recipe(typeof(Gpt)), Text(\"\"), {Training}] public static partial class R;",
            "\"\"",
            "MG2006: 'text.path' is empty; it must be a path"
        ),
        (
            $"[Recipe(typeof(Gpt)), Idx(\"mnist\"), {Training}] public static partial class R;",
            "Idx",
            "MG2027: 'idx' is a data source, but not one that 'data' takes here; it takes answers, preferences, prompts, ratings, text"
        ),
        (
            $"[Recipe(typeof(Gpt)), Model(\"a.model.yaml\"), {Training}] public static partial class R;",
            "Model",
            "MG3004: [Model] has no effect: the class is already a recipe"
        ),
        (
            $"[Recipe(typeof(Gpt)), {Training}, Network, Tensor(4)] public partial class R {{ [Relu] static partial LayerList "
                + "NetworkLayers { get; } }",
            "Recipe,Training",
            "MG3004: [Recipe] has no effect: the class is already a model of the family 'network'"
        ),
    ];

    public static TheoryData<string> Names => [.. EveryRecipe.Names];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Mistakes.Length)];

    [Theory]
    [MemberData(nameof(Names))]
    public void BothFrontsGiveTheSameCode(string name)
    {
        var space = AllRecipes.Space(name);
        var fromFile = RecipeCompiler
            .Compile(EveryRecipe.Text(name), [.. EveryRecipe.Models.Select(static model => model with { Namespace = "App" })], space)
            .Code;

        Assert.NotNull(fromFile);
        Assert.Equal(fromFile, recipes.Build.Sources[$"{space}.Recipe.recipe.g.cs"]);
    }

    [Fact]
    public void TheClassesCompileWithoutAWarning()
    {
        Assert.Equal("", string.Join('\n', recipes.Mistakes));
        Assert.Equal("", string.Join('\n', recipes.Build.CompilerDiagnostics));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void EachMistakeIsAtItsPlace(int number)
    {
        var (code, marked, message) = Mistakes[number];
        var project = Projects.Of($"using ModelGen;\nnamespace App;\n{Model}\n{code}\n");
        var found = project.Analyze();
        var marks = marked.Split(',');

        Assert.Equal(
            marks,
            found.Select(static diagnostic => diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan))
        );
        Assert.Equal(
            message.Replace("SPACE", "App", StringComparison.Ordinal),
            $"{found[0].Id}: "
                + $"{found[0].GetMessage(null).Split("; known here")[0]}{(message.Contains("known here", StringComparison.Ordinal) ? "; known here" + found[0].GetMessage(null).Split("; known here")[1] : "")}"
        );
        Assert.DoesNotContain("App.R.recipe.g.cs", project.Run().Sources.Keys);
    }

    [Fact]
    public void LayersOfARecipeAreReported()
    {
        var project = Projects.Of(
            $"using ModelGen;\nnamespace App;\n{Model}\n[Recipe(typeof(Gpt)), {Training}] public static partial class R {{ [Relu] "
                + "static LayerList Some => new(); }\n"
        );

        Assert.Equal(
            "[Relu] has no effect: the class is a recipe, whose model has its own layers",
            Assert.Single(project.Analyze()).GetMessage(null)
        );
    }

    // What the C# compiler says is enough.
    [Theory]
    [InlineData($"[Recipe(typeof(Missing)), {Training}] public static partial class R;")]
    [InlineData("[Recipe(typeof(Gpt)), AdamW(Missing), Training(Batch = 4, Duration = \"10 steps\")] public static partial class R;")]
    public void WhatIsNoCSharpIsNotReportedTwice(string code)
    {
        var project = Projects.Of($"using ModelGen;\nnamespace App;\n{Model}\n{code}\n");

        Assert.Empty(project.Analyze());
        Assert.NotEmpty(project.Run().CompilerDiagnostics);
    }

    [Fact]
    public void ThePageOfRecipesShowsOneInBothLanguages()
    {
        const string Page = "docs/recipes.md";
        var model = Pages.Blocks("README.md", "yaml").First();
        var recipe = Pages.Blocks(Page, "yaml").First();
        var attributes = Pages.Blocks(Page, "csharp").Single(static block => block.StartsWith("[Recipe(", StringComparison.Ordinal));
        var project = Projects
            .Of($"using ModelGen;\nnamespace Written {{\nusing App;\n/** <summary>A.</summary> */\n{attributes}\n}}\n")
            .Write("/app/docs.model.yaml", model)
            .Write("/app/docs.run.yaml", recipe);
        var build = project.Run();

        Assert.Empty(project.Analyze());
        Assert.Empty(build.CompilerDiagnostics);
        Assert.Equal(
            build.Sources["PatientDocs.run.g.cs"].Replace("namespace App;", "namespace Written;", StringComparison.Ordinal),
            build.Sources["Written.PatientDocs.recipe.g.cs"]
        );
    }

    // A recipe for a model of a spec that is bound to a class of the user's own.
    [Fact]
    public void ABoundModelIsFoundWhereItIs()
    {
        var project = Projects
            .Of(
                "using ModelGen;\nnamespace Deep { /** <summary>A.</summary> */ [Model(\"a.model.yaml\")] public partial class "
                    + "Alpha; }\nnamespace Other { /** <summary>B.</summary> */ [Recipe(typeof(Deep.Alpha)), "
                    + Training
                    + "] public static partial class R; }\n"
            )
            .Write("/app/a.model.yaml", Specs.Transformer("Alpha"))
            .Write("/app/a.run.yaml", Projects.Recipe("Long", "Alpha"));
        project.SetOption("build_property.ProjectDir", "/app/");
        var build = project.Run();

        Assert.Empty(project.Analyze());
        Assert.Empty(build.CompilerDiagnostics);
        Assert.All(["Other.R.recipe.g.cs", "Long.run.g.cs"], name =>
            Assert.Contains("(global::Deep.Alpha model, ", build.Sources[name], StringComparison.Ordinal)
        );
    }

    [Fact]
    public void RecipesOfOneNameAreKeptApart()
    {
        var project = Projects.Of(
            $"using ModelGen;\nnamespace App;\n/** <summary>M.</summary> */\n{Model}\n/** <summary>A.</summary> */ "
                + $"[Recipe(typeof(Gpt)), {Training}] public static partial class Twin;\n/** <summary>B.</summary> */ "
                + $"[Recipe(typeof(Gpt)), {Training}] public static partial class TWIN;\n"
        );
        var build = project.Run();

        Assert.Empty(build.CompilerDiagnostics);
        Assert.Equal(["App.TWIN.recipe.g.cs", "App.Twin.2.recipe.g.cs"], build.Sources.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>All recipes in one project, each in a namespace of its own, beside the specs of their models.</summary>
    public sealed class AllRecipes
    {
        /// <summary>Builds the project once.</summary>
        public AllRecipes()
        {
            var project = Projects.Of(
                string.Join(
                    '\n',
                    EveryRecipe.Names.Select(static name =>
                        ClassText.OfRecipe(
                            EveryRecipe.Text(name),
                            EveryRecipe.FamilyOf(SpecText.Parse(EveryRecipe.Text(name))),
                            "App",
                            Space(name)
                        )
                    )
                )
            );
            for (var i = 0; i < EveryRecipe.Specs.Count; i++)
            {
                project.Write(string.Create(CultureInfo.InvariantCulture, $"/app/{i}.model.yaml"), EveryRecipe.Specs[i]);
            }

            Build = project.Run();
            Mistakes = [.. project.Analyze().Select(static diagnostic => diagnostic.ToString())];
        }

        internal Build Build { get; }

        internal IReadOnlyList<string> Mistakes { get; }

        internal static string Space(string name) =>
            string.Create(CultureInfo.InvariantCulture, $"Space{EveryRecipe.Names.ToList().IndexOf(name)}");
    }
}
