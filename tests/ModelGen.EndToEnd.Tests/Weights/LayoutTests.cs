using ModelGen.Checkpoints;
using ModelGen.Compiler;
using ModelGen.Compiler.Files;
using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Weights;

/// <summary>Weights in published layouts, read by generated models and written again.</summary>
public sealed class LayoutTests : IDisposable
{
    private const string End = """
        objective: next-token
        training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 2 steps }
        """;

    private const int Vocabulary = 19;
    private const int Context = 11;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F32", "", false)]
    [InlineData("F32", "transformer.", true)]
    [InlineData("F16", "transformer.", false)]
    [InlineData("BF16", "", true)]
    public void AGpt2ComputesWhatThePublishedFormulaDoes(string type, string prefix, bool hasExtras)
    {
        var weights = PlainGpt2.Draw(new Random(1), Vocabulary, Context, 24, 3).Rounded(type);
        var file = weights.Renamed(name => prefix + name);
        if (hasExtras)
        {
            // What Hugging Face's library saves besides: masks, and the head that is the embedding.
            file.Set($"{prefix}h.0.attn.bias", [1, 1, 2, 2], [1, 0, 1, 1]);
            file.Set($"{prefix}h.2.attn.masked_bias", [], [-1e4f]);
            file.Set("lm_head.weight", weights.Shape("wte.weight"), weights["wte.weight"]);
        }

        using var model = Load(SpecAssembly.Compile(Gpt2()), Write(file, type));

        Check(model, tokens => PlainGpt2.Logits(weights, tokens, 3), Context);
    }

    [Fact]
    public void TheHeadOfAGpt2MayBeItsOwn()
    {
        var random = new Random(2);
        var weights = PlainGpt2.Draw(random, Vocabulary, Context, 24, 3);
        weights.Draw(random, "lm_head.weight", 0.5, 0, Vocabulary, 24);

        using var model = Load(SpecAssembly.Compile(Gpt2().Replace("unembed", "unembed: { tied: false }")), Write(weights));

        Check(model, tokens => PlainGpt2.Logits(weights, tokens, 3), Context);
    }

    [Theory]
    [InlineData("rotary", 8, false)]
    [InlineData("rotary", 8, true)]
    [InlineData("{ rotary: { pairs: neighbours, base: 500 } }", 8, true)]
    [InlineData("{ rotary: { pairs: neighbours, base: 500 } }", 2, false)]
    [InlineData("{ rotary: { base: 500 } }", 4, true)]
    [InlineData("{ rotary: { pairs: neighbours } }", 1, true)]
    public void ALlamaComputesWhatThePublishedFormulaDoes(string positions, int groups, bool isTied)
    {
        var weights = PlainLlama.Draw(new Random(3), Vocabulary, 32, 4 * groups, 40, 2, isTied);
        weights.Set("model.layers.0.self_attn.rotary_emb.inv_freq", [2], [1, 0.01f]);

        using var model = Load(SpecAssembly.Compile(Llama(positions, groups, isTied)), Write(weights));

        Check(model, tokens => PlainLlama.Logits(weights, tokens, 8, groups, positions.Contains("500") ? 500 : 10_000), Context);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("bert.", true)]
    public void ABertComputesWhatThePublishedFormulaDoes(string prefix, bool isOld)
    {
        var weights = PlainBert.Draw(new Random(12), Vocabulary, Context, 24, 40, 2);
        var file = weights.Renamed(name =>
            prefix + (isOld ? name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta") : name)
        );
        file.Set("cls.predictions.bias", [Vocabulary], new float[Vocabulary]);
        file.Set($"{prefix}pooler.dense.weight", [24, 24], new float[24 * 24]);

        using var model = Load(SpecAssembly.Compile(Bert), Write(file));

        Check(model, tokens => PlainBert.States(weights, tokens, 3), Context);
    }

    /// <summary>The segment is in the positions then, and written as zeros.</summary>
    [Fact]
    public void ABertIsWrittenAndReadAgain()
    {
        var weights = PlainBert.Draw(new Random(13), Vocabulary, Context, 24, 40, 2);
        var compiled = SpecAssembly.Compile(Bert);
        using var model = Load(compiled, Write(weights));
        Weights(model).Save(_folder.Of("first.safetensors"));
        using var again = Load(compiled, _folder.Of("first.safetensors"));
        Weights(again).Save(_folder.Of("second.safetensors"));

        Assert.Equal(File.ReadAllBytes(_folder.Of("first.safetensors")), File.ReadAllBytes(_folder.Of("second.safetensors")));
        using var file = Safetensors.Open(_folder.Of("first.safetensors"));
        Assert.Equal(weights.Names, file.Entries.Keys.Order(StringComparer.Ordinal));
        foreach (var name in weights.Names.Where(static name => !name.Contains("position") && !name.Contains("token_type")))
        {
            using var tensor = file.Read(name);
            Assert.Equal(weights[name], tensor.data<float>().ToArray());
        }

        using var segments = file.Read("embeddings.token_type_embeddings.weight");
        Assert.Equal(new float[48], segments.data<float>().ToArray());
        Check(again, tokens => PlainBert.States(weights, tokens, 3), Context);
    }

    /// <summary>A file of the encoder fills the encoder alone; the head is written with it, under the model's own names, and read again.</summary>
    [Fact]
    public void ABertKeepsAHeadOfItsOwn()
    {
        var weights = PlainBert.Draw(new Random(16), Vocabulary, Context, 24, 40, 2);
        var path = Write(weights);
        var compiled = SpecAssembly.Compile(Bert + "\n  - layer-norm\n  - linear: 5\n");
        using var model = compiled.Create(seed: 1);
        var drawn = model.state_dict().ToDictionary(static pair => pair.Key, static pair => pair.Value.data<float>().ToArray());

        Assert.Equal(["layer_norm2.bias", "layer_norm2.weight", "linear.bias", "linear.weight"], Weights(model).Load(path).Order());

        // The head as it was drawn, on the encoder of the file.
        Assert.All(Head(model), name => Assert.Equal(drawn[name], model.state_dict()[name].data<float>().ToArray()));
        using (no_grad())
        {
            model.state_dict()["linear.weight"].copy_(eye(5, 24));
            model.state_dict()["linear.bias"].fill_(2.5);
        }

        Check(model, tokens => [.. PlainBert.States(weights, tokens, 3).Select(static row => HeadOf(row))], Context);

        Weights(model).Save(_folder.Of("with-head.safetensors"));
        using (var file = Safetensors.Open(_folder.Of("with-head.safetensors")))
        {
            Assert.Equal(weights.Names.Concat(Head(model)).Order(StringComparer.Ordinal), file.Entries.Keys.Order(StringComparer.Ordinal));
        }

        using var again = compiled.Create(seed: 2);
        Assert.Empty(Weights(again).Load(_folder.Of("with-head.safetensors")));
        Assert.All(model.state_dict(), pair => Assert.True(pair.Value.bytes.SequenceEqual(again.state_dict()[pair.Key].bytes), pair.Key));

        // Epsilon apart, what layer-norm gives, of which the head takes five numbers.
        static double[] HeadOf(double[] row)
        {
            var (mean, deviation) = (row.Average(), Math.Sqrt(row.Average(x => x * x) - Math.Pow(row.Average(), 2) + 1e-5));
            return [.. row.Take(5).Select(x => ((x - mean) / deviation) + 2.5)];
        }
    }

    [Fact]
    public void WhatIsNewIsNamedAndAllElseHasToBeThere()
    {
        var weights = PlainBert.Draw(new Random(17), Vocabulary, Context, 24, 40, 2);
        var compiled = SpecAssembly.Compile(Bert + "\n  - linear: 5\n");
        using var model = compiled.Create(seed: 1);
        var drawn = model.state_dict()["linear.weight"].data<float>().ToArray();

        // A part of a head is no head.
        weights.Set("linear.bias", [5], [1, 2, 3, 4, 5]);
        const string Lacks = "it lacks 'linear.weight' [5, 24]";
        Assert.Contains(
            $"does not fit Published in the layout 'bert': {Lacks}; use the weights",
            Assert.Throws<ModelGenException>(() => Weights(model).Load(Write(weights))).Message
        );
        Assert.Contains(
            $"{Lacks}; use the weights of a model of these sizes, name those that are new, or change the spec.",
            Assert.Throws<ModelGenException>(() => Weights(model).Load(Write(weights), newWeights: [])).Message
        );

        Weights(model).Load(Write(weights), ["linear.weight"]);
        Assert.Equal(drawn, model.state_dict()["linear.weight"].data<float>().ToArray());
        Assert.Equal([1, 2, 3, 4, 5], model.state_dict()["linear.bias"].data<float>().ToArray());

        // The head of another model, and a part of the architecture itself.
        weights.Set("linear.weight", [9, 24], new float[9 * 24]);
        weights.Set("linear.bias", [9], new float[9]);
        weights.Remove("encoder.layer.1.output.dense.bias");
        using var other = compiled.Create(seed: 1);
        Assert.Contains(
            "it lacks 'encoder.layer.1.output.dense.bias' [24]; use",
            Assert.Throws<ModelGenException>(() => Weights(other).Load(Write(weights), ["linear"])).Message
        );
        Weights(other).Load(Write(weights), ["linear", "blocks.1.linear*"]);
        Assert.Equal(drawn, other.state_dict()["linear.weight"].data<float>().ToArray());
        Assert.StartsWith(
            "'head' covers no weight of Published; it has embed.",
            Assert.Throws<ModelGenException>(() => Weights(other).Load(Write(weights), ["head"])).Message
        );
    }

    /// <summary>A model that has no scores of tokens takes none from a file.</summary>
    [Fact]
    public void AGpt2MayEndInAnotherHead()
    {
        var weights = PlainGpt2.Draw(new Random(18), Vocabulary, Context, 24, 3);
        var file = weights.Renamed(static name => name);
        file.Set("lm_head.weight", weights.Shape("wte.weight"), new float[Vocabulary * 24]);
        var spec = Gpt2().Replace("transformer", "network").Replace("  - unembed", "  - linear: 4")[..^End.Length];
        using var model = SpecAssembly.Compile(spec).Create(seed: 1);

        Assert.Equal(["linear.bias", "linear.weight"], Weights(model).Load(Write(file)).Order());

        using var scores = SpecAssembly.Compile(Gpt2()).Create(seed: 1);
        Weights(scores).Load(Write(weights));
        using (no_grad())
        {
            // The head gives the scores of the first tokens then.
            model.state_dict()["linear.weight"].copy_(tensor(weights["wte.weight"]).view(Vocabulary, 24)[..4]);
            model.state_dict()["linear.bias"].zero_();
        }

        Check(model, tokens => [.. PlainGpt2.Logits(weights, tokens, 3).Select(static row => row[..4])], Context);
    }

    [Fact]
    public void ShardsAreOneModel()
    {
        var weights = PlainLlama.Draw(new Random(4), Vocabulary, 32, 8, 40, 2, isTied: true);
        File.WriteAllBytes(_folder.Of("a.safetensors"), weights.Where(static name => name.Contains(".0.")).File());
        File.WriteAllBytes(_folder.Of("b.safetensors"), weights.Where(static name => !name.Contains(".0.")).File("F32"));
        var map = weights.Names.Select(static name => $"\"{name}\":\"{(name.Contains(".0.") ? "a" : "b")}.safetensors\"");
        var index = _folder.Write($"{{\"weight_map\":{{{string.Join(',', map)}}}}}", "model.safetensors.index.json");

        using var model = Load(SpecAssembly.Compile(Llama("rotary", 2, isTied: true)), index);

        Check(model, tokens => PlainLlama.Logits(weights, tokens, 8, 2, 10_000), Context);
    }

    /// <summary>Every tensor comes back under its name, with its shape and its bits.</summary>
    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama")]
    [InlineData("llama with neighbours")]
    public void WhatIsReadIsWrittenAgain(string layout)
    {
        var (spec, weights) = layout switch
        {
            "gpt2" => (Gpt2(), PlainGpt2.Draw(new Random(5), Vocabulary, Context, 24, 3)),
            "llama" => (Llama("rotary", 2, isTied: false), PlainLlama.Draw(new Random(5), Vocabulary, 32, 8, 40, 2, isTied: false)),
            _ => (
                Llama("{ rotary: { pairs: neighbours } }", 2, isTied: true),
                PlainLlama.Draw(new Random(5), Vocabulary, 32, 8, 40, 2, isTied: true)
            ),
        };
        var compiled = SpecAssembly.Compile(spec);
        using var model = Load(compiled, Write(weights));
        Weights(model).Save(_folder.Of("first.safetensors"));
        using var again = Load(compiled, _folder.Of("first.safetensors"));
        Weights(again).Save(_folder.Of("second.safetensors"));

        Assert.Equal(File.ReadAllBytes(_folder.Of("first.safetensors")), File.ReadAllBytes(_folder.Of("second.safetensors")));
        foreach (var (name, tensor) in model.state_dict())
        {
            Assert.True(tensor.bytes.SequenceEqual(again.state_dict()[name].bytes), name);
        }

        using var file = Safetensors.Open(_folder.Of("first.safetensors"));
        Assert.Equal(weights.Names, file.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("pt", file.Metadata["format"]);
        foreach (var name in weights.Names)
        {
            using var tensor = file.Read(name);
            Assert.Equal(weights.Shape(name).Select(static size => (long)size), tensor.shape);
            Assert.Equal(weights[name], tensor.data<float>().ToArray());
        }
    }

    [Fact]
    public void OwnFilesHaveTheNamesOfTheState()
    {
        var compiled = SpecAssembly.Compile(Gpt2("modelgen").Replace("causal: true", "causal: true, window: 4"));
        using var model = compiled.Create(seed: 1);
        Weights(model).Save(_folder.Of("own.safetensors"));
        using var other = Load(compiled, _folder.Of("own.safetensors"), seed: 2);

        using (var file = Safetensors.Open(_folder.Of("own.safetensors")))
        {
            Assert.Equal(model.state_dict().Keys.Order(StringComparer.Ordinal), file.Entries.Keys.Order(StringComparer.Ordinal));
        }

        Assert.All(model.state_dict(), pair => Assert.True(pair.Value.equal(other.state_dict()[pair.Key]).all().item<bool>(), pair.Key));
    }

    [Fact]
    public void EachTensorThatDoesNotFitIsNamed()
    {
        var weights = PlainGpt2.Draw(new Random(6), Vocabulary, Context, 24, 3);
        weights.Remove("h.1.ln_2.bias");
        weights.Remove("ln_f.weight");
        weights.Set("h.1.attn.c_attn.weight", [72, 24], new float[72 * 24]);
        weights.Set("wpe.weight", [4, 24], new float[4 * 24]);
        weights.Set("h.3.ln_1.weight", [24], new float[24]);
        weights.Set("score.weight", [2, 24], new float[48]);
        var path = Write(weights);
        using var model = SpecAssembly.Compile(Gpt2()).Create(seed: 1);
        var before = model.state_dict().ToDictionary(static pair => pair.Key, static pair => pair.Value.data<float>().ToArray());

        var message = Assert.Throws<ModelGenException>(() => Weights(model).Load(path)).Message;

        Assert.Equal(
            $"The weights file '{path}' does not fit Published in the layout 'gpt2': it lacks 'h.1.ln_2.bias' [24], 'ln_f.weight' [24]; the model "
                + "has no place for its 'h.3.ln_1.weight' Float32 [24], 'score.weight' Float32 [2, 24]; these differ: 'wpe.weight' is Float32 "
                + "[4, 24] and should be [11, 24], 'h.1.attn.c_attn.weight' is Float32 [72, 24] and should be [24, 72]; use the weights of a "
                + "model of these sizes, or change the spec.",
            message
        );
        Assert.All(model.state_dict(), pair => Assert.Equal(before[pair.Key], pair.Value.data<float>().ToArray()));
        Assert.False(Weights(model).IsLoaded);
    }

    /// <summary>What fits when it is loaded fits at build, and what does not is told in the same words.</summary>
    [Theory]
    [InlineData("gpt2", "ln_f.bias")]
    [InlineData("llama", "model.layers.1.self_attn.k_proj.weight")]
    [InlineData("bert", "encoder.layer.0.intermediate.dense.weight")]
    public void TheBuildSaysOfAFileWhatLoadingSays(string layout, string name)
    {
        var (spec, weights) = layout switch
        {
            "gpt2" => (Gpt2(), PlainGpt2.Draw(new Random(15), Vocabulary, Context, 24, 3)),
            "llama" => (
                Llama("{ rotary: { pairs: neighbours } }", 2, isTied: true),
                PlainLlama.Draw(new Random(15), Vocabulary, 32, 8, 40, 2, isTied: true)
            ),
            _ => (Bert, PlainBert.Draw(new Random(15), Vocabulary, Context, 24, 40, 2)),
        };
        using var model = SpecAssembly.Compile(spec).Create(seed: 1);
        Weights(model).Load(Write(weights));
        Assert.Empty(AtBuild(spec, Write(weights)));

        weights.Set(name, [2, 3], new float[6]);
        weights.Set("score.weight", [1], [0]);
        weights.Remove(weights.Names.Order(StringComparer.Ordinal).First());
        var path = Write(weights);

        var problems = AtBuild(spec, path);

        Assert.Equal(3, problems.Count);
        Assert.Equal(
            $"The weights file '{path}' does not fit Published in the layout '{layout}': {string.Join("; ", problems)}; use the weights of a model "
                + "of these sizes, or change the spec.",
            Assert.Throws<ModelGenException>(() => Weights(model).Load(path)).Message
        );
    }

    [Fact]
    public void AFileOfAnotherLayoutIsToldApart()
    {
        var path = Write(PlainBert.Draw(new Random(14), Vocabulary, Context, 24, 40, 2));
        using var model = SpecAssembly.Compile(Gpt2()).Create(seed: 1);

        Assert.Equal(
            $"The weights file '{path}' does not fit Published in the layout 'gpt2': it has no tensor of that layout, such as 'wte.weight' "
                + "[19, 24]; it has 'embeddings.LayerNorm.bias' Float32 [24], 'embeddings.LayerNorm.weight' Float32 [24], "
                + "'embeddings.position_embeddings.weight' Float32 [11, 24] and 34 more; use the weights of a model of these sizes, or change "
                + "the spec.",
            Assert.Throws<ModelGenException>(() => Weights(model).Load(path)).Message
        );
    }

    [Fact]
    public void AHeadThatIsNotTheEmbeddingDoesNotFitATiedModel()
    {
        var weights = PlainGpt2.Draw(new Random(7), Vocabulary, Context, 24, 3);
        weights.Set("lm_head.weight", weights.Shape("wte.weight"), [.. weights["wte.weight"][..^1], 3f]);
        using var model = SpecAssembly.Compile(Gpt2()).Create(seed: 1);

        Assert.Contains(
            "'lm_head.weight' Float32 [19, 24] is not equal to 'wte.weight' Float32 [19, 24], but the model uses one weight for both",
            Assert.Throws<ModelGenException>(() => Weights(model).Load(Write(weights))).Message
        );
    }

    [Fact]
    public void ATiedHeadMayStandForTheEmbedding()
    {
        var weights = PlainLlama.Draw(new Random(8), Vocabulary, 32, 8, 40, 2, isTied: true);
        var file = weights.Renamed(static name => name == "model.embed_tokens.weight" ? "lm_head.weight" : name);

        using var model = Load(SpecAssembly.Compile(Llama("rotary", 2, isTied: true)), Write(file));

        Check(model, tokens => PlainLlama.Logits(weights, tokens, 8, 2, 10_000), Context);
    }

    [Fact]
    public void OneTensorUnderTwoNamesIsSurplus()
    {
        var weights = PlainGpt2.Draw(new Random(9), Vocabulary, Context, 24, 3);
        weights.Set("transformer.ln_f.bias", [24], weights["ln_f.bias"]);
        using var model = SpecAssembly.Compile(Gpt2()).Create(seed: 1);

        Assert.Contains(
            "the model has no place for its 'transformer.ln_f.bias' Float32 [24]",
            Assert.Throws<ModelGenException>(() => Weights(model).Load(Write(weights))).Message
        );
    }

    [Fact]
    public void NumbersOfAnotherTypeDoNotFit()
    {
        var path = _folder.Of("double.safetensors");
        using var scope = NewDisposeScope();
        using var model = SpecAssembly.Compile(Gpt2("modelgen")).Create(seed: 1);
        Safetensors.Write(
            path,
            model.state_dict().ToDictionary(static pair => pair.Key, static pair => pair.Value.to(ScalarType.Float64)),
            new Dictionary<string, string>()
        );

        Assert.Contains(
            "'layer_norm.bias' is Float64 [24] and should be of type Float32, Float16 or BFloat16",
            Assert.Throws<ModelGenException>(() => Weights(model).Load(path)).Message
        );
    }

    [Fact]
    public void ReadingIsWatchedAndCancelled()
    {
        var path = Write(PlainGpt2.Draw(new Random(10), Vocabulary, Context, 24, 3));
        using var model = SpecAssembly.Compile(Gpt2()).Create(seed: 1);
        var shares = new List<double>();
        Weights(model).Load(path, new Recorded(shares));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);

        using var cancelled = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Weights(model).Load(path, new Cancelling(cancelled), cancelled.Token));
        Assert.Throws<InvalidOperationException>(() => Weights(model).Load());
    }

    private static string Gpt2(string layout = "gpt2") =>
        $$"""
            model: Published
            family: transformer
            data: { tokens: { context: {{Context}}, tokenizer: characters, vocabulary: {{Vocabulary}} } }
            weights: { layout: {{layout}} }
            network:
              - embed: 24
              - repeat: 3
                layers:
                  - residual: [layer-norm, self-attention: { heads: 3, causal: true, dropout: 0.1 }, dropout: 0.1]
                  - residual: [layer-norm, linear: 96, gelu: tanh, linear: 24]
              - layer-norm
              - unembed
            {{End}}
            """;

    private static string Llama(string positions, int groups, bool isTied) =>
        $$"""
            model: Published
            family: transformer
            data: { tokens: { context: {{Context}}, tokenizer: characters, vocabulary: {{Vocabulary}} } }
            weights: { layout: llama }
            network:
              - embed: { width: 32, positions: none }
              - repeat: 2
                layers:
                  - residual: [rms-norm, self-attention: { heads: 8, key-value-heads: {{groups}}, positions: {{positions}}, causal: true, bias: false }]
                  - residual: [rms-norm, gated-linear: { features: 40, bias: false }, linear: { features: 32, bias: false }]
              - rms-norm
              - unembed: { tied: {{(isTied ? "true" : "false")}} }
            {{End}}
            """;

    private const string Bert = """
        model: Published
        family: network
        data: { tokens: { context: 11, tokenizer: characters, vocabulary: 19 } }
        weights: { layout: bert }
        network:
          - embed: 24
          - layer-norm: { epsilon: 1e-12 }
          - repeat: 2
            layers:
              - residual: [self-attention: 3, dropout: 0.1]
              - layer-norm: { epsilon: 1e-12 }
              - residual: [linear: 40, gelu, linear: 24]
              - layer-norm: { epsilon: 1e-12 }
        """;

    private static List<string> Head(nn.Module model) =>
        [.. model.state_dict().Keys.Where(static name => name.StartsWith("linear.") || name.StartsWith("layer_norm2."))];

    // As the compiler says it, where the spec names the file.
    private static IReadOnlyList<string> AtBuild(string spec, string path)
    {
        const string Named = "published.safetensors";
        using var files = WeightFiles.Open(path);
        var facts = new WeightFacts(Named)
        {
            Tensors = new(
                files.Entries.Select(static entry => new TensorFacts(entry.Key, entry.Value.Type.ToString(), new(entry.Value.Shape)))
            ),
        };
        return
        [
            .. SpecCompiler
                .Compile(
                    spec.Replace(" }\nnetwork:", $", file: {Named} }}\nnetwork:", StringComparison.Ordinal),
                    "test.model.yaml",
                    null,
                    known: new KnownFiles("", new([facts]))
                )
                .Diagnostics.Select(static diagnostic => diagnostic.Arguments[2]),
        ];
    }

    private static ModelWeights Weights(nn.Module model) => ((IPublishedModel)model).Weights;

    private static nn.Module<Tensor, Tensor> Load(CompiledModel compiled, string path, int seed = 1)
    {
        var model = compiled.Create(seed);
        Weights(model).Load(path);
        Assert.True(Weights(model).IsLoaded);
        return model;
    }

    private string Write(PlainWeights weights, string type = "F32")
    {
        var path = _folder.Of("weights.safetensors");
        File.WriteAllBytes(path, weights.File(type));
        return path;
    }

    // Several sequences, one of them as long as the model reads.
    private static void Check(nn.Module<Tensor, Tensor> model, Func<int[], double[][]> logits, int context)
    {
        model.eval();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var random = new Random(11);
        foreach (var length in new[] { 1, 5, context })
        {
            var tokens = Enumerable.Range(0, length).Select(_ => random.Next(Vocabulary)).ToArray();
            var expected = logits(tokens).SelectMany(static row => row).ToArray();
            var found = model.call(tensor(tokens.Select(static token => (long)token).ToArray()).unsqueeze(0)).data<float>().ToArray();
            Assert.Equal(expected.Length, found.Length);
            Assert.InRange(expected.Max(), 1, 1000);
            Assert.InRange(expected.Zip(found, static (one, other) => Math.Abs(one - other)).Max(), 0, 1e-4);
        }
    }

    private sealed class Recorded(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }
}
