using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Data;
using ModelGen.Compiler.Words.Layers;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

internal sealed class EncoderDecoderFamily()
    : ModelFamily(
        "encoder-decoder",
        "one text in, another out: an encoder reads the whole source, and a decoder writes the target token by token: Vaswani et al. 2017",
        Data,
        DataSet,
        TokenInitialisation.Key,
        Training,
        Data,
        ModelPrecision.Key,
        TokenInitialisation.Key,
        Encoder,
        Decoder,
        Goal,
        Training,
        TokenSampling.OfTargets
    )
{
    private const string DataSet = "PairDataset";

    // The symbol of the length of a source where the decoder sees it.
    private const string SourceLength = "S";

    private static readonly WordParameter<DataKind> Data = new("data", "the texts the model reads and writes", "tokens")
    {
        IsRequired = true,
    };

    private static readonly LayersParameter Encoder = new(
        "encoder",
        "the layers from the token ids [T] of a source to a memory [T, n] for the decoder to attend to"
    )
    {
        IsRequired = true,
    };

    private static readonly LayersParameter Decoder = new(
        "decoder",
        "the layers from the token ids [T] of a target so far, with `cross-attention` to the memory, to scores [T, vocabulary]"
    )
    {
        IsRequired = true,
    };

    private static readonly WordParameter<PairObjective> Goal = new("objective", "what training minimises")
    {
        IsRequired = true,
        Recipe = RecipeUse.Optional,
    };

    private static readonly GroupParameter Training = TrainingGroup.Create("pairs", "texts", ["loss"]);

    public override string Example =>
        """
            model: Example
            family: encoder-decoder
            data: { tokens: { context: 12, tokenizer: characters, vocabulary: 32, padding-token: <pad>, end-token: <end>, mask-token: <mask> } }
            precision: bfloat16
            initialiser: { normal: 0.1 }
            encoder: [embed: 8, self-attention: 2]
            decoder: [embed: 8, { self-attention: { heads: 2, causal: true } }, cross-attention: 2, unembed]
            objective: sequence-to-sequence
            """
        + "\n"
        + TrainingGroup.Example(
            "2 epochs",
            "1k tokens",
            [
                "rates: { decoder: 0.5 }",
                "unfreeze: { encoder: 10 steps }",
                "validation: { every: 1 epochs, batches: 2, fraction: 0.2 }",
                "early-stopping: { patience: 4, margin: 0.01 }",
                "rollback: { deviations: 6, limit: 2 }",
            ]
        )
        + "\nsampling: { temperature: 0.8, top-k: 20, top-p: 0.9, min-p: 0.05, typical-p: 0.95, repetition-penalty: 1.1, "
        + "presence-penalty: 0.2, frequency-penalty: 0.1, logit-bias: { a: -2, b: 0.5 }, stop: [end, '. '], min-tokens: 2, "
        + "max-tokens: 50 }";

    public override string BaseClass => "EncoderDecoder";

    public override string RunClass => "PairRun";

    public override ModelSurface Surface(ModelGraph model)
    {
        var (surface, arguments) = (base.Surface(model), model.Spec.Arguments);
        return surface with
        {
            ReadFor = [new("create-tokenizer") { Known = "tokenizer" }, new("context-length")],
            Constants = Tokens.Constants(model.Data),
            Options = [.. surface.Options, TokenSampling.Options(TokenSampling.OfTargets, arguments)],
            Members =
            [
                new SizeMember("vocabulary-size", Tokens.VocabularySize),
                new SizeMember("context-length", Tokens.ContextLength),
                new SizeMember("padding-id", "padding-token"),
                new SizeMember("end-id", "end-token"),
                .. TokenSampling.Members(model),
            ],
            Tokenizer = Tokens.TokenizerMember(arguments.Get(Data).Arguments, isAskedFor: true),
            Objective = Words.Objective.Member(arguments.Get(Goal), DataSet),
        };
    }

    protected override DataShape Shape(Configured<DataKind> kind, Arguments arguments)
    {
        var data = base.Shape(kind, arguments);
        return data with { Symbols = new([.. data.Symbols, new Symbol(SourceLength, data.Context)]) };
    }

    protected override ModuleGraph? NextTokens(ModuleGraph root, GraphBuilder model) =>
        root.Parts.First(static part => part.Name == Decoder.Name).Elements[0];

    protected override long LossBytes(ModelGraph model) => TokenScores.LossBytes(model.Spec.Arguments.Get(Goal).Arguments, model.Data);

    protected override GraphBuilder Builder(DataShape data) => TokenInitialisation.Builder(data);

    protected override ModuleGraph? BuildRoot(GraphBuilder model, ModelSpec spec)
    {
        var data = model.Data;
        if (data.PaddingToken is null)
        {
            Tokens.ReportMissing(
                model,
                Data.Name,
                "encoder-decoder",
                "padding-token",
                "the token that fills up texts shorter than others of their batch",
                "<pad>"
            );
        }

        if (data.EndToken is null)
        {
            Tokens.ReportMissing(model, Data.Name, "encoder-decoder", "end-token", "the token that ends a target", "<end>");
        }

        if (data.PaddingToken is null || data.EndToken is null)
        {
            return null;
        }

        if (data.KeepsDocumentsApart)
        {
            model.Report(
                Rules.Conflict,
                GraphError.Model,
                Data.Name,
                "an encoder-decoder reads each text by itself, so that 'documents: apart' has no effect; remove it"
            );
            return null;
        }

        var roles = new RolesBuilder(model, spec.Name);
        var encoder = spec.Arguments.TryGet(Encoder, out var reading)
            ? roles.Role(Encoder.Name, reading, data.Shape, type: ElementType.TokenId)
            : null;
        var hasMemory =
            encoder?.Output.Type == ElementType.Number
            && roles.Gives(
                Encoder.Name,
                encoder,
                "an encoder-decoder",
                shape => shape.Rank == 2 && shape.Axes[0].Equals(data.Shape.Axes[0]) && shape.Last.Constant is not null,
                "a vector for each token [T, n]"
            );
        if (!hasMemory || !spec.Arguments.TryGet(Decoder, out var writing))
        {
            return null;
        }

        var goal = spec.Arguments.TryGet(Goal, out var chosen) ? chosen.Definition.Word : Goal.Name;
        var lookaheads = model.Lookaheads.Count;
        var length = Dim.Symbol(SourceLength);
        var decoder = roles.Role(
            Decoder.Name,
            writing,
            data.Shape,
            type: ElementType.TokenId,
            sides:
            [
                new Side(Decoder.Name, CrossAttentionLayer.MemoryName, SideRole.Input, new Shape(length, encoder!.Output.Shape.Last)),
                new Side(Decoder.Name, CrossAttentionLayer.PresenceOf(CrossAttentionLayer.MemoryName), SideRole.Input, new Shape(length)),
            ]
        );
        foreach (var lookahead in model.Lookaheads.Skip(lookaheads))
        {
            model.Report(Rules.NotCausal, lookahead.Origin, "causal", lookahead.Word, goal);
        }

        var scores = new Shape(data.Shape.Axes[0], data.Vocabulary);
        if (!roles.Gives(Decoder.Name, decoder, "an encoder-decoder", shape => shape.Equals(scores), $"scores [T, vocabulary] = {scores}"))
        {
            return null;
        }

        model.WarnOfSquashing(decoder, goal, "takes logits, to which it applies the softmax itself");
        roles.Graph.Output = decoder!.Output;
        return roles.Graph;
    }
}
