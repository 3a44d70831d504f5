using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Tests.Diagnostics;

/// <summary>One build shows every mistake of a file, and no mistake that follows from another.</summary>
public sealed class AllAtOnceTests
{
    private const string Many = """
        model: gpt
        sumary: A model with mistakes.
        family: transformer
        let: { width: 128.0, Heads: 4 }
        data: { tokens: { context: 64, contxt: 32 } }

        network:
          - embed: { width: 8, positions: leaned }
          - repeat: 2
            layers: [layernorm, linear: $width]
          - residual:
              - gelu
              - dropout: 1
        objective: next-tokn
        training:
          optimizer: { adamw: { weight-decay: 0.1 } }
          schedule: { cosine: { warmpu: 100 steps } }
          batchsize: 12
          duration: 2000
        sampling: { top-p: 0.5, top-k: 0 }
        """;

    [Fact]
    public void IndependentMistakesAreReportedTogether() =>
        Assert.Equal(
            [
                "(1,8): MG2013: 'gpt' cannot be the name of a model: it becomes a C# class, so it must start with an upper-case letter",
                "(2,1): MG2001: 'sumary' is not a key of a model of the family 'transformer'; did you mean 'summary'?",
                "(4,22): MG2013: 'Heads' cannot be the name of a constant: a name consists of lower-case letters, digits and single "
                    + "hyphens, and starts with a letter",
                "(5,32): MG2001: 'contxt' is not a key of 'tokens'; did you mean 'context'?",
                "(8,35): MG2005: 'embed.positions' expects one of learned, sinusoidal, none; found 'leaned'; did you mean 'learned'?",
                "(10,14): MG2002: 'layernorm' is not a layer or block; did you mean 'layer-norm'?",
                "(13,18): MG2006: 'dropout.probability' is 1; it must be at least 0 and less than 1",
                "(14,12): MG2002: 'next-tokn' is not an objective; did you mean 'next-token'?",
                "(16,16): MG2004: 'adamw' needs 'learning-rate': the peak learning rate, which the schedule scales",
                "(17,25): MG2001: 'warmpu' is not a key of 'cosine'; did you mean 'warmup'?",
                "(18,3): MG2001: 'batchsize' is not a key of 'training'; did you mean 'batch'?",
                "(19,13): MG2005: 'training.duration' expects a length of training such as '2000 steps', '3 epochs', '50k "
                    + "tokens', '20k images' or '20k samples'; found '2000' without a unit",
                "(20,32): MG2006: 'sampling.top-k' is 0; it must be at least 1",
            ],
            Tests.Spec.Errors(Many)
        );

    /// <summary>A key or word that is misspelt is not also missing, and what it says is not taken to be left out.</summary>
    [Theory]
    [InlineData("causal: true", "casual: true", "(6,55): MG2001: 'casual' is not a key of 'self-attention'; did you mean 'causal'?")]
    [InlineData(
        "network:",
        "networks:",
        "(4,1): MG2001: 'networks' is not a key of a model of the family 'transformer'; did you mean 'network'?"
    )]
    [InlineData("layers:", "layer:", "(6,18): MG2001: 'layer' is not a key of 'repeat'; did you mean 'layers'?")]
    [InlineData("causal: true", "causal: maybe", "(6,63): MG2005: 'self-attention.causal' expects true or false; found 'maybe'")]
    public void AMisspeltKeyIsToldOnce(string right, string wrong, string error) =>
        Assert.Equal(
            error,
            Tests.Spec.Error(
                """
                model: M
                family: transformer
                data: { tokens: { context: 8 } }
                network:
                  - embed: 8
                  - { repeat: 2, layers: [self-attention: { heads: 2, causal: true }] }
                  - unembed
                objective: next-token
                """.Replace(right, wrong, StringComparison.Ordinal)
            )
        );

    [Fact]
    public void AMisspeltKeyOfAModuleIsToldOnce() =>
        Assert.Equal(
            "(4,47): MG2001: 'casual' is not a key of 'module'; did you mean 'causal'?",
            Tests.Spec.Error(
                """
                model: M
                family: transformer
                data: { tokens: { context: 8 } }
                network: [embed: 8, module: { type: Acme.Mix, casual: true }, unembed]
                objective: next-token
                """
            )
        );

    [Fact]
    public void AMisspeltObjectiveIsNotMissing() =>
        Assert.Equal(
            "(5,12): MG2002: 'crossentropy' is not an objective; did you mean 'cross-entropy'?",
            Tests.Spec.Error(
                """
                model: M
                family: network
                data: { tensor: [4] }
                network: [linear: 3]
                objective: crossentropy
                training: { optimizer: { adamw: 1e-3 }, duration: 9 steps, batch: 1 }
                """
            )
        );

    [Fact]
    public void ShapesAreCheckedBehindDataWhoseValuesDoNotGoTogether() =>
        Assert.Equal(
            [
                "(3,7): MG2023: 'tokenizer: bytes' has a vocabulary of 256, not 100; leave 'vocabulary' out, or choose another tokenizer",
                "(6,30): MG2006: 'self-attention.heads' is 3; it must be a divisor of the width 10",
            ],
            Tests.Spec.Errors(
                """
                model: M
                family: transformer
                data: { tokens: { context: 16, vocabulary: 100 } }
                network:
                  - embed: 10
                  - self-attention: { heads: 3, causal: true }
                  - unembed
                objective: next-token
                training: { optimizer: { adamw: 1e-3 }, batch: 2, duration: 4 steps }
                """
            )
        );

    [Fact]
    public void ShapeErrorShowsBehindAnUnrelatedMistake() =>
        Assert.Equal(
            [
                "(4,1): MG2001: 'sumary' is not a key of a model of the family 'network'; did you mean 'summary'?",
                "(6,14): MG2007: reshape to [5, 7] needs 35 elements; it gets [4, 9], which has 36. How it got there: network: [4, 9]",
            ],
            Tests.Spec.Errors("model: M\nfamily: network\ndata: { tensor: [4, 9] }\nsumary: x\nnetwork:\n  - reshape: [5, 7]\n")
        );

    [Fact]
    public void ShapesAreCheckedWithPartOfTheFileUnreadable() =>
        Assert.Equal(
            [
                "(4,60): MG2006: 'self-attention.heads' is 3; it must be a divisor of the width 8",
                "(7,10): MG2005: 'training.batch' expects a whole number, at least 1; found 'many'",
            ],
            Tests.Spec.Errors(
                "model: M\nfamily: transformer\ndata: { tokens: { context: 8 } }\nnetwork: [embed: 8, self-attention: { causal: "
                    + "true, heads: 3 }, unembed]\nobjective: next-token\ntraining:\n  batch: many\n  duration: 5 steps\n  optimizer: { "
                    + "adamw: 1 }\n"
            )
        );

    [Fact]
    public void MistakesOfBlocksAreReportedWhetherUsedOrNot() =>
        Assert.Equal(
            [
                "(5,31): MG2002: 'rellu' is not a layer or block; did you mean 'relu'?",
                "(6,3): MG2011: the block 'idle' is never used",
                "(6,20): MG2002: 'gellu' is not a layer or block; did you mean 'gelu'?",
            ],
            Tests.Spec.Errors(
                "model: M\nfamily: network\ndata: { tensor: [4] }\nblocks:\n  busy: { layers: [linear: 4, rellu] }\n  idle: { "
                    + "layers: [gellu] }\nnetwork: [busy, busy]\n"
            )
        );

    // What no text mentions is unused, whatever else is wrong.
    [Fact]
    public void WhatIsMentionedNowhereIsUnusedBesideOtherMistakes() =>
        Assert.Equal(
            [
                "(4,8): MG2010: 'idle' is never used",
                "(6,3): MG2011: the block 'none' is never used",
                "(7,29): MG2010: 'left' is never used",
                "(8,11): MG2002: 'rellu' is not a layer or block; did you mean 'relu'?",
            ],
            Tests.Spec.Errors(
                "model: M\nfamily: network\ndata: { tensor: [4] }\nlet: { idle: 1, width: 4 }\nblocks:\n  none: { layers: [relu] }\n  mlp: { "
                    + "parameters: [a: 1, left: 2], layers: [linear: 4 * $a] }\nnetwork: [rellu, linear: $width, mlp: ]\n"
            )
        );

    // What may be a use, misspelt, is none of the mistakes.
    [Fact]
    public void AMisspeltUseIsToldOnce() =>
        Assert.Equal(
            [
                "(7,19): MG2009: '$widht' is not defined; did you mean 'width'?",
                "(7,27): MG2002: 'mpl' is not a layer or block; did you mean 'mlp'?",
            ],
            Tests.Spec.Errors(
                "model: M\nfamily: network\ndata: { tensor: [4] }\nlet: { width: 4 }\nblocks:\n  mlp: { layers: [linear: 4] }\nnetwork: "
                    + "[linear: $widht, mpl]\n"
            )
        );

    [Fact]
    public void AParameterOfABlockMayHaveTheNameOfAConstant()
    {
        const string Spec =
            "model: M\nfamily: network\ndata: { tensor: [4] }\nlet: { n: 4 }\nblocks: { b: { parameters: [n], layers: [linear: $n] } }\n"
            + "network: [b: 7, linear: $n]\n";

        Assert.Empty(Tests.Spec.Errors(Spec));
        Assert.Contains("Linear(4, 7", Tests.Spec.Code(Spec), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("liner", "linear")]
    [InlineData("Linear", "linear")]
    [InlineData("layer_norm", "layer-norm")]
    [InlineData("layernorm", "layer-norm")]
    [InlineData("LAYER-NORM", "layer-norm")]
    [InlineData("gleu", "gelu")]
    [InlineData("slef-attention", "self-attention")]
    [InlineData("max-pol", "max-pool")]
    [InlineData("conv2d", "conv")]
    [InlineData("conv-2d", "conv")]
    [InlineData("transpose", "conv-transpose")]
    [InlineData("completely-different", null)]
    [InlineData("", null)]
    public void NearestWordIsTheOneMeant(string written, string? nearest) =>
        Assert.Equal(
            nearest,
            NearestWord.Find(written, Compiler.Language.Catalogue.Of<Compiler.Words.Layer>().Select(layer => layer.Word))
        );

    [Fact]
    public void HintListsTheWordsWhereThereAreFewAndNoneIsNear()
    {
        Assert.Equal("; did you mean 'bb'?", NearestWord.Hint("bx", ["bb", "cccc"]));
        Assert.Equal("; known here: bb, cccc", NearestWord.Hint("something", ["cccc", "bb"]));
        Assert.Equal("", NearestWord.Hint("something", []));
        Assert.Equal("", NearestWord.Hint("something", Enumerable.Range(0, 13).Select(i => $"w{i}")));
    }
}
