using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;

namespace ModelGen.Compiler.Tests.Diagnostics;

/// <summary>What a person is told where a file that a spec names is there at build.</summary>
public sealed class NamedFileTests
{
    private const string Gpt2 =
        "model: M\nfamily: transformer\ndata: { tokens: { context: 4, tokenizer: characters, vocabulary: 6 } }\nweights: { layout: gpt2, file: gpt2/model.safetensors }\n"
        + "network: [embed: 2, layer-norm, unembed]\nobjective: next-token\n";

    private const string Linear =
        "model: M\nfamily: network\ndata: { tensor: [4] }\nweights: { layout: modelgen, file: base/model.safetensors }\nnetwork: [linear: 2]\n";

    private const string Bert =
        "model: M\nfamily: network\ndata: { tokens: { context: 4 } }\nweights: { layout: bert, file: bert.safetensors }\n"
        + "network: [embed: 2, layer-norm]\n";

    private const string Chat =
        "model: M\nfamily: network\ndata:\n  tokens:\n    context: 12\n    vocabulary: 8\n"
        + "    tokenizer: { file: { path: chat/tokenizer.json, padding-id: 0, end-id: 4 } }\n"
        + "    padding-token: '[PAD]'\n    end-token: </s>\nnetwork: [embed: 8]\n";

    private const string Ranks =
        "model: M\nfamily: network\ndata: { tokens: { context: 4, vocabulary: 300, tokenizer: { file: { path: a.tiktoken, pattern: '.', end-id: 299 } }, "
        + "end-token: <end> } }\nnetwork: [embed: 8]\n";

    private static readonly WeightFacts Fitting = Weights("base/model.safetensors", ("linear.weight", [2, 4]), ("linear.bias", [2]));

    private static readonly TokenizerFacts ChatFile = new("chat/tokenizer.json")
    {
        Size = 8,
        Specials = new([new("[PAD]", 0), new("[UNK]", 1), new("</s>", 4)]),
    };

    private const string Misfit =
        "the weights file 'base/model.safetensors' does not fit this model in the layout 'modelgen': {0}; use the weights of a model of these "
        + "sizes, or change the spec";

    private static readonly (string Spec, FileFacts File, string[] Errors)[] Mistakes =
    [
        (
            Linear,
            Weights("base/model.safetensors", ("linear.weight", [3, 4]), ("linear.bias", [2])),
            [Weighed("these differ: 'linear.weight' is Float32 [3, 4] and should be [2, 4]")]
        ),
        (
            Linear,
            Weights("base/model.safetensors", ("linear.weight", [3, 4]), ("linear.offset", [])),
            [
                Weighed("it lacks 'linear.bias' [2]"),
                Weighed("the model has no place for its 'linear.offset' Float32 []"),
                Weighed("these differ: 'linear.weight' is Float32 [3, 4] and should be [2, 4]"),
            ]
        ),
        (
            Linear,
            Fitting with
            {
                Tensors = new([Fitting.Tensors[0] with { Type = "Int8" }, Fitting.Tensors[1] with { Type = "BFloat16" }]),
            },
            [Weighed("these differ: 'linear.weight' is Int8 [2, 4] and should be of type Float32, Float16 or BFloat16")]
        ),
        (
            Linear,
            Weights("base/model.safetensors", ("wte.weight", [3])),
            [Weighed("it has no tensor of that layout, such as 'linear.weight' [2, 4]; it has 'wte.weight' Float32 [3]")]
        ),
        (
            Gpt2,
            Weights(
                "gpt2/model.safetensors",
                ("transformer.wte.weight", [6, 2]),
                ("transformer.wpe.weight", [4, 2]),
                ("transformer.ln_f.weight", [2]),
                ("transformer.ln_f.bias", [2]),
                ("lm_head.weight", [6, 3])
            ),
            [
                "(4,32): MG2034: the weights file 'gpt2/model.safetensors' does not fit this model in the layout 'gpt2': these differ: "
                    + "'lm_head.weight' Float32 [6, 3] is not equal to 'transformer.wte.weight' Float32 [6, 2], but the model uses one weight "
                    + "for both ('unembed' is tied); use the weights of a model of these sizes, or change the spec",
            ]
        ),
        (
            Bert,
            Weights(
                "bert.safetensors",
                ("embeddings.word_embeddings.weight", [256, 2]),
                ("embeddings.position_embeddings.weight", [4, 2]),
                ("embeddings.token_type_embeddings.weight", [0, 2]),
                ("embeddings.LayerNorm.gamma", [2]),
                ("embeddings.LayerNorm.beta", [2])
            ),
            [
                "(4,32): MG2034: the weights file 'bert.safetensors' does not fit this model in the layout 'bert': these differ: "
                    + "'embeddings.token_type_embeddings.weight' is Float32 [0, 2] and should be [1 or more, 2] of type Float32, Float16 or "
                    + "BFloat16; use the weights of a model of these sizes, or change the spec",
            ]
        ),
        (
            Chat,
            ChatFile with
            {
                Specials = new([new("[PAD]", 0), new("</s>", 2)]),
            },
            [
                "(7,76): MG2035: the tokenizer 'chat/tokenizer.json' cannot be used: its token '</s>' has the id 2, but the model is built with "
                    + "4 as its end-id; correct the one in the spec",
            ]
        ),
        (
            Chat,
            ChatFile with
            {
                Size = 9,
            },
            [
                "(6,17): MG2035: the tokenizer 'chat/tokenizer.json' cannot be used: it has 9 tokens, but the model's vocabulary holds 8; raise "
                    + "the vocabulary to 9",
            ]
        ),
        (
            Chat,
            ChatFile with
            {
                Specials = new([new("[PAD]", 0), new("<stop>", 4)]),
            },
            [
                "(9,16): MG2035: the tokenizer 'chat/tokenizer.json' cannot be used: it has no special token '</s>', which the model expects as "
                    + "its end token with the id 4; it has '[PAD]' (0), '<stop>' (4)",
            ]
        ),
        (
            Chat.Replace("padding-id: 0, end-id: 4", "padding-id: 4, end-id: 0", StringComparison.Ordinal),
            ChatFile with
            {
                Specials = default,
                Size = 9,
            },
            [
                "(6,17): MG2035: the tokenizer 'chat/tokenizer.json' cannot be used: it has 9 tokens, but the model's vocabulary holds 8; raise "
                    + "the vocabulary to 9",
                "(8,20): MG2035: the tokenizer 'chat/tokenizer.json' cannot be used: it has no special token '[PAD]', which the model expects as "
                    + "its padding token with the id 4; it has none at all",
                "(9,16): MG2035: the tokenizer 'chat/tokenizer.json' cannot be used: it has no special token '</s>', which the model expects as "
                    + "its end token with the id 0; it has none at all",
            ]
        ),
        (
            Ranks,
            new TokenizerFacts("a.tiktoken") { IsRanks = true, Size = 300 },
            [
                "(3,109): MG2035: the tokenizer 'a.tiktoken' cannot be used: the special token '<end>' has the id 299; the file's tokens have 0 "
                    + "to 299, and special tokens those that follow",
            ]
        ),
        (
            Ranks.Replace("pattern: '.', ", "", StringComparison.Ordinal),
            new TokenizerFacts("a.tiktoken") { IsRanks = true, Size = 256 },
            [
                "(3,75): MG2035: the tokenizer 'a.tiktoken' cannot be used: a file of tiktoken does not say how text is cut into words; give the "
                    + "regular expression as 'pattern'",
            ]
        ),
        (
            Linear,
            Fitting with
            {
                Damage =
                    "the weights file 'base/model.safetensors' is not a safetensors file, or is damaged: its header does not begin "
                    + "with '{'; use another copy of the file",
            },
            [
                "(4,36): MG2036: the weights file 'base/model.safetensors' is not a safetensors file, or is damaged: its header does not begin "
                    + "with '{'; use another copy of the file",
            ]
        ),
        (
            Chat,
            ChatFile with
            {
                Damage = "the tokenizer 'chat/tokenizer.json' cannot be used: it is not JSON",
            },
            ["(7,32): MG2036: the tokenizer 'chat/tokenizer.json' cannot be used: it is not JSON"]
        ),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Mistakes.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void AllThatDoesNotFitIsTold(int number)
    {
        var (spec, file, errors) = Mistakes[number];

        Assert.Equal(errors, Errors(spec, file));
    }

    // The program is right; the file is not, and what uses the program's classes says nothing of that.
    [Fact]
    public void TheCodeIsThatOfTheSpec()
    {
        var (spec, file, _) = Mistakes[0];
        var parsed = SpecCompiler.Parse(spec);

        var generated = SpecCompiler.Generate(parsed.Spec!, "App");

        Assert.NotNull(generated.Beside(new KnownFiles("/app", new([file]))).Code);
    }

    [Fact]
    public void WhatFitsOrIsNotThereIsNotToldOf()
    {
        Assert.Empty(Errors(Linear, Fitting));
        Assert.Empty(Errors(Linear, Fitting with { Path = "other/model.safetensors", Tensors = default }));
        Assert.Empty(Errors(Linear, Fitting with { Path = "./base//x/../model.safetensors" }));
        Assert.Empty(Errors(Linear.Replace("file: base", "file: /app/base", StringComparison.Ordinal), Fitting));
        Assert.Empty(Errors(Chat, ChatFile));
        Assert.Empty(Errors(Ranks, new TokenizerFacts("a.tiktoken") { IsRanks = true, Size = 280 }));
    }

    // A model that never stops, whatever the file is like: padding that ends texts, and documents without an end.
    [Theory]
    [InlineData(
        "padding-token: '[PAD]'\n    end-token: </s>",
        "padding-token: </s>",
        "MG2023: 'padding-token' is '</s>', which ends texts"
    )]
    [InlineData("end-token: </s>", "end-token: '[PAD]'", "MG2023: 'padding-token' and 'end-token' are both '[PAD]'")]
    [InlineData("end-id: 4", "end-id: 0", "MG2023: 'end-id' and 'padding-id' are both 0")]
    [InlineData("end-token: </s>", "documents: apart", "MG2023: 'documents: apart' needs to know where a document ends")]
    public void WhatEndsATextIsCheckedBesideAFileToo(string old, string @new, string error)
    {
        var errors = Errors(Chat.Replace(old, @new, StringComparison.Ordinal), ChatFile);

        Assert.Contains(errors, told => told.Contains(error, StringComparison.Ordinal));
    }

    // Merges make another tokenizer of the same file.
    [Fact]
    public void ATokenizerIsComparedWhereItWasReadAsTheSpecReadsIt()
    {
        const string Spec =
            "model: M\nfamily: network\ndata: { tokens: { context: 4, vocabulary: 8, tokenizer: { file: { path: vocab.json, merges: merges.txt } } } }\n"
            + "network: [embed: 8]\n";
        var file = new TokenizerFacts("vocab.json") { Merges = "merges.txt", Size = 9 };

        Assert.Contains("it has 9 tokens", Assert.Single(Errors(Spec, file)), StringComparison.Ordinal);
        Assert.Empty(Errors(Spec, file with { Merges = "other/merges.txt" }));
        Assert.Empty(Errors(Spec, file with { Merges = null }));
        Assert.Empty(Errors(Spec.Replace("merges: merges.txt", "pattern: x", StringComparison.Ordinal), file with { Merges = null }));
    }

    [Fact]
    public void EveryTensorIsNamedAndOfVeryManyTheFirst()
    {
        var many = Weights(
            "base/model.safetensors",
            [
                ("linear.weight", [2, 4]),
                ("linear.bias", [2]),
                .. Enumerable.Range(0, 230).Select(i => ($"block.{i:000}.weight", new long[] { 2 })),
            ]
        );

        var errors = Errors(Linear, many);

        Assert.Equal(13, errors.Count);
        Assert.All(Enumerable.Range(0, 100), i =>
            Assert.Contains($"'block.{i:000}.weight' Float32 [2]", errors[i / 8], StringComparison.Ordinal)
        );
        Assert.Contains("'block.099.weight' Float32 [2] and 130 more; use", errors[12], StringComparison.Ordinal);
        Assert.DoesNotContain("more;", errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void ADescriptionIsReadAsItWasWritten()
    {
        FileFacts[] all =
        [
            Weights("ordner mit ä/model.safetensors", ("a b\n\"%20", [1, 2, 3]), ("", []), ("😀 x", [0])),
            Fitting with
            {
                Damage = "it is\ntorn",
            },
            new WeightFacts("empty.safetensors"),
            ChatFile,
            new TokenizerFacts("vocab.json") { Merges = "merges.txt", Specials = new([new("", 1), new("<|x y|>", int.MaxValue)]) },
            new TokenizerFacts("a.tiktoken")
            {
                IsRanks = true,
                Size = 3,
                Damage = "it is no file",
            },
        ];

        Assert.All(all, static facts => Assert.Equal(facts, FileFacts.Parse(facts.Write())));
        Assert.Null(FileFacts.Parse(FileFacts.None));
        Assert.Null(FileFacts.Parse(""));
        Assert.Null(FileFacts.Parse("a later kind\n"));
    }

    private static IReadOnlyList<string> Errors(string spec, FileFacts file) =>
        [
            .. SpecCompiler
                .Compile(spec, Spec.Path, Spec.Namespace, known: new KnownFiles("/app", new EquatableArray<FileFacts>([file])))
                .Diagnostics.Select(d => FormattableString.Invariant($"({d.Span.Line},{d.Span.Column}): {d.Rule.Id}: {d.Message}")),
        ];

    private static string Weighed(string what) => $"(4,36): MG2034: {string.Format(null, Misfit, what)}";

    private static WeightFacts Weights(string path, params IReadOnlyList<(string Name, long[] Shape)> tensors) =>
        new(path) { Tensors = new(tensors.Select(tensor => new TensorFacts(tensor.Name, "Float32", new(tensor.Shape)))) };
}
