using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>A tokenizer that a spec learns or names, from the build to a run, its checkpoint and what it writes.</summary>
public sealed class TokenizerSpecTests : IDisposable
{
    private const string Rest = """
        network:
          - embed: 24
          - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
          - residual: [layer-norm, linear: 48, gelu, linear: 24]
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, clip-norm: 1, batch: 8, duration: 400 steps }
        sampling: { temperature: 0 }
        """;

    private const string Learned =
        "model: Reader\nfamily: transformer\ndata: { tokens: { context: 8, tokenizer: bpe, vocabulary: 300, end-token: <stop>, "
        + "padding-token: <pad> } }\n"
        + Rest;

    private static readonly string Text = string.Concat(Enumerable.Repeat("the cat sat on the mat.<stop>", 60));

    private readonly TemporaryFolder _folder = new();
    private readonly int _threads = get_num_threads();

    public TokenizerSpecTests() => set_num_threads(1);

    public void Dispose()
    {
        set_num_threads(_threads);
        _folder.Dispose();
    }

    [Fact]
    public void TheCompilerAndTheRuntimeKnowTheSameEndsOfTexts() =>
        Assert.Equal(
            SpecialTokenNames.Roles.Where(static name => name.Value == SpecialTokenRole.End).Select(static name => name.Key).Order(),
            ModelGen.Compiler.Words.Data.Tokens.EndsOfText.Order()
        );

    [Fact]
    public void OneThatIsLearnedIsResumedAndWritesUntilTheEnd()
    {
        var compiled = SpecAssembly.Compile(Learned);
        Assert.Equal(299, compiled.Type.GetField("EndToken")!.GetRawConstantValue());
        Assert.Equal(298, compiled.Type.GetField("PaddingToken")!.GetRawConstantValue());
        Assert.Null(compiled.Type.GetField("MaskToken"));
        Train(compiled, "whole", seed: 1, stopAt: null);
        Train(compiled, "part", seed: 1, stopAt: 20);
        Assert.NotEqual(Newest("whole"), Newest("part"));
        Train(compiled, "part", seed: 2, stopAt: null);
        Assert.Equal(Newest("whole"), Newest("part"));

        using var checkpoint = Checkpoint.OpenNewest(_folder.Of("whole"));
        using var model = (LanguageModel)compiled.Create(seed: 3);
        checkpoint.LoadInto(model);
        var (again, learned) = (checkpoint.CreateTokenizer(), model.CreateTokenizer(Text));
        Assert.IsType<BpeTokenizer>(again);
        Assert.Equal(learned.Serialize(), again.Serialize());
        Assert.Equal((300, 299, 298), (again.VocabularySize, again.IdOf(SpecialTokenRole.End), again.IdOf(SpecialTokenRole.Padding)));

        // Words of the text are single tokens, and the text ends where it ended in training.
        Assert.Equal(2, again.Encode("the cat").Length);
        Assert.Equal(" sat on the mat.", TextGenerator.Generate(model, again, "the cat", 100, new SamplingOptions { Temperature = 0 }));
    }

    [Fact]
    public void LearningIsFollowedAndCancelled()
    {
        using var model = (LanguageModel)SpecAssembly.Compile(Learned).Create(seed: 1);
        var text = TextCorpus.FromText(Text);
        var shares = new Shares();
        Assert.Equal(model.CreateTokenizer(text).Serialize(), model.CreateTokenizer(text, shares).Serialize());
        Assert.Equal(1, shares.Last);
        Assert.Throws<OperationCanceledException>(() => model.CreateTokenizer(text, progress: null, new CancellationToken(canceled: true)));
        Directory.CreateDirectory(_folder.Path);
        File.WriteAllText(_folder.Of("text.txt"), Text);
        using var data = new TextSource { Path = _folder.Of("text.txt") }.Read(model.CreateTokenizer, model.ContextLength, 0.1);
        Assert.Equal(model.CreateTokenizer(text).Serialize(), data.Tokenizer.Serialize());
        Assert.Throws<OperationCanceledException>(() =>
            new TextSource { Path = _folder.Of("text.txt") }.Read(
                (corpus, progress, _) => model.CreateTokenizer(corpus, progress, new CancellationToken(canceled: true)),
                model.ContextLength,
                0.1
            )
        );
    }

    [Fact]
    public void OneInAFileIsReadAndChecked()
    {
        var path = _folder.Of("tokenizer.json");
        var written = BpeTokenizer.Train(TextCorpus.FromText(Text), 270, ["<stop>", "<filler>"]);
        written.Write(path);
        var (stop, filler) = (written.Encode("<stop>")[0], written.Encode("<filler>")[0]);
        Assert.Equal((268, 269), (stop, filler));
        using var model = (LanguageModel)SpecAssembly.Compile(Named(270, 268, 269)).Create(seed: 1);
        var tokenizer = model.CreateTokenizer("not looked at");
        Assert.Equal(
            (270, 268, 269),
            (model.VocabularySize, tokenizer.IdOf(SpecialTokenRole.End), tokenizer.IdOf(SpecialTokenRole.Padding))
        );
        Assert.Equal(written.Encode(Text), tokenizer.Encode(Text));

        Train(SpecAssembly.Compile(Named(288, 268, 269)), "named", seed: 1, stopAt: null);
        using (var checkpoint = Checkpoint.OpenNewest(_folder.Of("named")))
        {
            Assert.Equal(tokenizer.Serialize(), checkpoint.CreateTokenizer().Serialize());
            Assert.Equal(tokenizer.SpecialTokens, checkpoint.CreateTokenizer().SpecialTokens);
        }

        Assert.Contains("it has 270 tokens, but the model's vocabulary holds 269; raise the vocabulary to 270", Refused(269, 267, 268));
        Assert.Contains("its token '<filler>' has the id 269, but the model is built with 7 as its padding-id", Refused(270, 268, 7));
        File.Delete(path);
        Assert.Contains("The spec's 'data.tokens.tokenizer.file' names it", Refused(270, 268, 269));

        string Named(int vocabulary, int end, int padding) =>
            $"model: Reader\nfamily: transformer\ndata:\n  tokens:\n    context: 8\n    vocabulary: {vocabulary}\n"
            + $"    tokenizer: {{ file: {{ path: '{path}', end-id: {end}, padding-id: {padding} }} }}\n"
            + $"    end-token: <stop>\n    padding-token: <filler>\n{Rest}";

        string Refused(int vocabulary, int end, int padding)
        {
            using var other = (LanguageModel)SpecAssembly.Compile(Named(vocabulary, end, padding)).Create(seed: 1);
            return Assert.Throws<ModelGenException>(() => other.CreateTokenizer(Text)).Message;
        }
    }

    private byte[] Newest(string folder)
    {
        using var checkpoint = Checkpoint.OpenNewest(_folder.Of(folder));
        return File.ReadAllBytes(checkpoint.Path);
    }

    private void Train(CompiledModel compiled, string folder, long seed, int? stopAt)
    {
        using var model = (LanguageModel)compiled.Create(seed);
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
        using var stop = new CancellationTokenSource();
        using var trainer = new Trainer(model.CreateObjective(data), compiled.Training!, seed: 1)
        {
            CheckpointFolder = _folder.Of(folder),
            ReportEvery = 1,
            Observers = { new StopAt(stop, stopAt) },
        };
        if (Directory.Exists(_folder.Of(folder)))
        {
            using var checkpoint = Checkpoint.OpenNewest(_folder.Of(folder));
            trainer.Resume(checkpoint);
        }

        Assert.Equal(stopAt ?? 400, trainer.Run(stop.Token).Step);
    }

    private sealed class StopAt(CancellationTokenSource stop, int? step) : TrainingObserver
    {
        public override void OnStep(StepReport report)
        {
            if (report.Step == step)
            {
                stop.Cancel();
            }
        }
    }

    private sealed class Shares : IProgress<double>
    {
        public double Last { get; private set; }

        public void Report(double value) => Last = value;
    }
}
