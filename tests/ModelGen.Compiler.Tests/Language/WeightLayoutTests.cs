using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Language;

/// <summary>The tables of layouts for published models.</summary>
public sealed class WeightLayoutTests
{
    /// <summary>The numbers of tensors and of weights are those of the published files, without buffers, heads and MiniLM's segments.</summary>
    [Theory]
    [InlineData("gpt2", 148, 124_439_808)]
    [InlineData("llama-15m", 56, 15_191_712)]
    [InlineData("minilm", 100, 22_564_608)]
    public void PublishedModelsHaveAllTheirWeights(string name, int tensors, long weights)
    {
        var model = Build(Repository.Read($"examples/Pretrained/{name}.model.yaml"));

        Assert.Equal(tensors, model.Weights!.Links.Count);
        Assert.Equal(tensors, model.Weights.Links.Select(static link => link.Name).Distinct().Count());
        Assert.Equal(weights, model.Root.ParameterCount);
        AssertEachRowIsLinkedOnce(model);
    }

    /// <summary>Grouped in blocks, by hand or not at all, the layers are the same network.</summary>
    [Fact]
    public void HowLayersAreGroupedDoesNotMatter()
    {
        const string Start = """
            model: M
            family: transformer
            data: { tokens: { context: 16 } }
            weights: { layout: gpt2 }
            objective: next-token
            """;
        const string Attention = "residual: [layer-norm, self-attention: { heads: 2, causal: true }]";
        const string Forward = "residual: [layer-norm, linear: 16, gelu: tanh, linear: 8]";
        string[] specs =
        [
            $"{Start}\nnetwork:\n  - embed: 8\n  - repeat: 2\n    layers:\n      - {Attention}\n      - {Forward}\n  - layer-norm\n  - unembed\n",
            $"{Start}\nnetwork:\n  - embed: 8\n  - {Attention}\n  - {Forward}\n  - {Attention}\n  - {Forward}\n  - layer-norm\n  - unembed\n",
            $"{Start}\nblocks:\n  half:\n    layers:\n      - {Attention}\n      - {Forward}\nnetwork: [embed: 8, half, half, layer-norm, unembed]\n",
        ];
        var names = specs.Select(static spec => string.Join('\n', Build(spec).Weights!.Links.Select(static link => link.Name))).ToList();

        Assert.All(names, other => Assert.Equal(names[0], other));
        Assert.All(specs, static spec => AssertEachRowIsLinkedOnce(Build(spec)));
    }

    /// <summary>Layers after the architecture go by their names in the model's state, each weight once.</summary>
    [Theory]
    [InlineData("bert", "  - layer-norm\n  - sequence-pool\n  - linear: 4\n", "layer_norm2", "linear")]
    [InlineData("bert", "  - linear: 6\n  - tanh\n  - sequence-pool\n  - linear: { features: 4, bias: false }\n", "linear", "linear2")]
    [InlineData("bert", "  - sequence-pool\n")]
    [InlineData("bert", "  - unembed\n")]
    [InlineData("gpt2", "  - sequence-pool\n  - linear: 4\n", "linear")]
    [InlineData("gpt2", "  - linear: 4\n", "linear")]
    [InlineData("gpt2", "")]
    [InlineData("llama", "  - sequence-pool\n  - linear: 4\n", "linear")]
    public void LayersAfterTheArchitectureAreNamedByTheModel(string layout, string head, params string[] own)
    {
        var example = Catalogue.Of<WeightLayout>().Single(each => each.Word == layout).ExampleModel;
        var trunk = example[..example.IndexOf(layout == "bert" ? "  - sequence-pool" : "  - unembed", StringComparison.Ordinal)];
        if (layout != "bert")
        {
            trunk = trunk
                .Replace("family: transformer", "family: network", StringComparison.Ordinal)
                .Replace("context: 12", "context: 12, padding-token: <pad>", StringComparison.Ordinal);
        }

        var model = Build(trunk + head);

        AssertEachRowIsLinkedOnce(model);
        var named = model.Weights!.Links.Where(static link => link.IsOwn).ToList();
        Assert.All(named, static link => Assert.Equal(link.Parameter, link.Name));
        Assert.Equal(own.Order(), named.Select(static link => link.Name.Split('.')[0]).Distinct().Order());
    }

    private static void AssertEachRowIsLinkedOnce(ModelGraph model)
    {
        var rows = model.Weights!.Links.ToLookup(static link => link.Parameter);
        Assert.All(model.Root.State(), entry =>
        {
            long next = 0;
            foreach (var link in rows[entry.Name].OrderBy(static link => link.FirstRow))
            {
                Assert.Equal(next, link.FirstRow);
                next += link.Rows;
            }

            Assert.Equal(entry.Shape[0], next);
        });
        Assert.Empty(rows.Select(static row => row.Key).Except(model.Root.State().Select(static entry => entry.Name)));
    }

    private static ModelGraph Build(string yaml)
    {
        var parsed = SpecCompiler.Parse(yaml);
        Assert.Empty(parsed.Diagnostics);
        var errors = new List<GraphError>();
        var model = Family.Of(parsed.Spec!).Build(parsed.Spec!, errors);
        Assert.Empty(errors);
        return model!;
    }
}
