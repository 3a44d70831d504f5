using System.Text.Json.Nodes;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Tests.Language;

namespace ModelGen.Compiler.Tests.Schema;

/// <summary>Editors complete and check with the schema what the compiler then accepts.</summary>
public sealed class JsonSchemaTests
{
    private static readonly System.Text.Json.Nodes.JsonObject Schema = JsonNode.Parse(JsonSchema.Write())!.AsObject();

    public static TheoryData<string> Specs => [.. Repository.Specs, .. EveryWord.Specs.Select(pair => $"{pair.Word.Kind} {pair.Word.Word}")];

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

    private static bool Allows(SpecText spec) => JsonSchemaCheck.Allows(Schema, Schema, JsonSchemaCheck.Json(spec));

    private static SpecText.Group Spec(string name) => SpecText.Parse(Repository.Specs.Contains(name)
        ? Repository.Read(name)
        : EveryWord.Specs.Single(pair => $"{pair.Word.Kind} {pair.Word.Word}" == name).Spec);
}
