using System.Text.Json.Nodes;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Tests.Recipes;

namespace ModelGen.Compiler.Tests.Schema;

/// <summary>Editors complete and check with the schema what the compiler then accepts.</summary>
public sealed class JsonSchemaTests
{
    private static readonly System.Text.Json.Nodes.JsonObject Schema = JsonNode.Parse(JsonSchema.Write())!.AsObject();

    private static readonly System.Text.Json.Nodes.JsonObject RecipeSchema = JsonNode.Parse(JsonSchema.WriteRecipes())!.AsObject();

    public static TheoryData<string> Specs => [.. Repository.Specs, .. EveryWord.Specs.Select(pair => pair.Name)];

    [Theory]
    [MemberData(nameof(Specs))]
    public void AcceptsWhatTheCompilerAccepts(string name) => Assert.True(Allows(Spec(name)));

    // A layer that is not known may be a block of the file's own, and the names under let and blocks are the file's own.
    [Theory]
    [MemberData(nameof(Specs))]
    public void RejectsMisspeltKeys(string name)
    {
        var spec = Spec(name);
        var own = WrittenParameters.Find(spec);
        Assert.NotEmpty(own);
        foreach (var (key, parameter) in own.Where(pair => pair.Key.Name == pair.Value.Name && !pair.Value.IsBeside))
        {
            var right = key.Name;
            key.Name = right + "x";
            Assert.False(Allows(spec), $"{right}x");
            key.Name = right;
        }
    }

    [Theory]
    [InlineData("model: M\nfamily: netwrk\ndata: { tensor: [4] }\nnetwork: [relu]\n")]
    [InlineData("model: M\nfamily: network\nnetwork: [relu]\n")]
    [InlineData("family: network\ndata: { tensor: [4] }\nnetwork: [relu]\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: relu\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: []\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [0] }\nnetwork: [relu]\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: [linear: four]\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: [linear: 0]\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: [dropout: 1.5]\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: [gelu: fast]\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: [conv: { channels: 3 }]\n")]
    [InlineData("model: M\nfamily: network\ndata: { tensor: [4] }\ninitialiser: { norml: 1 }\nnetwork: [relu]\n")]
    public void RejectsWhatTheCompilerRejects(string text)
    {
        Assert.NotEmpty(Tests.Spec.Errors(text));
        Assert.False(Allows(SpecText.Parse(text)));
    }

    public static TheoryData<string> Recipes => [.. EveryRecipe.Names];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void AcceptsRecipesThatTheCompilerAccepts(string name) => Assert.True(AllowsRecipe(SpecText.Parse(EveryRecipe.Text(name))));

    [Theory]
    [MemberData(nameof(Recipes))]
    public void RejectsMisspeltKeysOfRecipes(string name)
    {
        var recipe = SpecText.Parse(EveryRecipe.Text(name));
        string[] common = ["run", "model", "summary"];
        var own = EveryRecipe
            .Parameters(recipe)
            .Where(pair => pair.Key.Name == pair.Value.Name)
            .Select(pair => pair.Key)
            .Concat(recipe.Keys.Where(key => common.Contains(key.Name)))
            .ToList();
        Assert.True(own.Count > 6);
        foreach (var key in own)
        {
            var right = key.Name;
            key.Name = right + "x";
            Assert.False(AllowsRecipe(recipe), $"{right}x");
            key.Name = right;
        }
    }

    [Theory]
    [InlineData("run: R\nmodel: M\n")]
    [InlineData("model: M\ntraining: { optimizer: { adamw: 1e-4 }, batch: 16, duration: 2 epochs }\n")]
    [InlineData("run: R\nmodel: M\ntraining: { optimizer: { adamw: 1e-4 }, batch: 0, duration: 2 epochs }\n")]
    [InlineData("run: R\nmodel: M\nobjective: least\ntraining: { optimizer: { adamw: 1e-4 }, batch: 1, duration: 2 epochs }\n")]
    [InlineData("run: R\nmodel: M\nstart: { run: a }\ntraining: { optimizer: { adamw: 1e-4 }, batch: 1, duration: 2 epochs }\n")]
    public void RejectsRecipesThatTheCompilerRejects(string text)
    {
        Assert.NotEmpty(
            Recipe.Errors(
                text,
                EveryWord
                    .Specs.Single(pair => pair.Name == "family transformer")
                    .Spec.Replace("model: Example", "model: M", StringComparison.Ordinal)
            )
        );
        Assert.False(AllowsRecipe(SpecText.Parse(text)));
    }

    // The likelihood is the model's.
    [Fact]
    public void ARecipeMayLeaveOutWhatIsBuiltIntoItsModel() =>
        Assert.True(
            AllowsRecipe(
                SpecText.Parse(
                    "run: R\nmodel: M\nobjective: { elbo: { beta: 4 } }\ntraining: { optimizer: { adamw: 1e-4 }, batch: 1, "
                        + "duration: 2 epochs }\n"
                )
            )
        );

    private static bool AllowsRecipe(SpecText spec) => JsonSchemaCheck.Allows(RecipeSchema, RecipeSchema, JsonSchemaCheck.Json(spec));

    private static bool Allows(SpecText spec) => JsonSchemaCheck.Allows(Schema, Schema, JsonSchemaCheck.Json(spec));

    private static SpecText.Group Spec(string name) =>
        SpecText.Parse(Repository.Specs.Contains(name) ? Repository.Read(name) : EveryWord.Specs.Single(pair => pair.Name == name).Spec);
}
