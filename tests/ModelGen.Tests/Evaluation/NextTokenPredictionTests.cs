using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class NextTokenPredictionTests : TorchTest
{
    private const int Context = 16;

    private static readonly ByteTokenizer Tokenizer = new();
    private static readonly string Text = string.Concat(Enumerable.Range(0, 60).Select(static i => $"{i * i} ä; "));

    private readonly CharacterGpt _model;

    public NextTokenPredictionTests()
    {
        manual_seed(4).Dispose();
        _model = new CharacterGpt(context: Context, dropout: 0.5);

        // Large weights make an untrained model opinionated.
        using var noGrad = no_grad();
        foreach (var parameter in _model.parameters())
        {
            parameter.mul_(3);
        }
    }

    public override void Dispose()
    {
        _model.Dispose();
        base.Dispose();
    }

    // Token by token: the model's probabilities after exactly the tokens that its window shows.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    public void TheFiguresAreThoseOfAPlainLoop(int stride)
    {
        var tokens = Tokenizer.Encode(Text);
        _model.eval();
        using var noGrad = no_grad();
        var (loss, right) = (0.0, 0);
        var predictions = new List<(double Confidence, bool IsRight)>();
        for (var target = 1; target < tokens.Length; target++)
        {
            // The first window reaches to the context; each later one ends a stride further.
            var window = Math.Max(0, (target - Context + stride - 1) / stride);
            var start = window * stride;
            var seen = tokens[start..target].Select(static token => (long)token).ToArray();
            using var scope = NewDisposeScope();
            var probabilities = nn
                .functional.softmax(_model.call(tensor(seen, [1, seen.Length]))[0, -1].to(float64), 0)
                .data<double>()
                .ToArray();
            loss -= Math.Log(probabilities[tokens[target]]);
            var best = Array.IndexOf(probabilities, probabilities.Max());
            right += best == tokens[target] ? 1 : 0;
            predictions.Add((probabilities[best], best == tokens[target]));
        }

        var calibration = Enumerable
            .Range(1, 15)
            .Select(m => predictions.Where(each => each.Confidence > (m - 1) / 15.0 && each.Confidence <= m / 15.0).ToList())
            .Sum(static bin => Math.Abs(bin.Sum(static each => (each.IsRight ? 1 : 0) - each.Confidence)));
        _model.train();
        var measured = NextTokenPrediction.Measure(_model, Tokenizer, TextCorpus.FromText(Text), stride);

        Assert.True(_model.training);
        Assert.Equal((tokens.Length - 1, tokens.Length - 1, stride), (measured.Tokens, measured.Bytes, measured.Stride));
        Assert.Equal(loss / measured.Tokens, measured.Loss, 1e-5);
        Assert.Equal((double)right / measured.Tokens, measured.Accuracy, 1e-12);
        Assert.Equal(calibration / measured.Tokens, measured.CalibrationError, 1e-5);
        Assert.Equal(Math.Exp(measured.Loss), measured.Perplexity, 1e-9);
        Assert.Equal(measured.Loss / Math.Log(2), measured.BitsPerByte, 1e-9);
    }

    [Fact]
    public void WithoutOverlapItIsTheValidationOfARun()
    {
        using var data = TokenDataset.Create(Text, Tokenizer, Context, validationFraction: 0.5);
        var validation = new NextTokenObjective(_model, data).Validate(batchSize: 4).Single(static metric => metric.Name == "loss");
        var report = new EvaluationReport("any");
        new NextTokenMetric(_model, data) { Stride = Context }.AddTo(report, new EvaluationProgress());

        Assert.Equal(validation.Value, report.Figures["next_token_loss"], 1e-5);
        Assert.NotEqual(validation.Value, NextTokenPrediction.Measure(_model, data).Loss, 1e-3);
    }

    [Fact]
    public void BitsArePerByteWhateverATokenIs()
    {
        var tokenizer = CharacterTokenizer.FromText("aä€");
        var measured = NextTokenPrediction.Measure(_model, tokenizer, TextCorpus.FromText("aä€a"));

        // The first is not predicted.
        Assert.Equal((3, 2 + 3 + 1, Context / 2), (measured.Tokens, measured.Bytes, measured.Stride));
        Assert.Equal(measured.Loss * 3 / 6 / Math.Log(2), measured.BitsPerByte, 1e-12);
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var data = TokenDataset.Create(Text, Tokenizer, Context, validationFraction: 0.5);
        AssertLeavesNothing(() => NextTokenPrediction.Measure(_model, data));
    }

    [Fact]
    public void WhatCannotBeMeasuredIsRefused()
    {
        var text = TextCorpus.FromText(Text);
        Assert.Throws<ArgumentOutOfRangeException>(() => NextTokenPrediction.Measure(_model, Tokenizer, text, stride: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NextTokenPrediction.Measure(_model, Tokenizer, text, stride: Context + 1));
        Assert.Contains(
            "fewer than two tokens",
            Assert.Throws<ModelGenException>(() => NextTokenPrediction.Measure(_model, Tokenizer, TextCorpus.FromText("a"))).Message
        );
        Assert.Throws<OperationCanceledException>(() =>
            NextTokenPrediction.Measure(_model, Tokenizer, text, progress: new EvaluationProgress(new CancellationToken(canceled: true)))
        );
        using var noGrad = no_grad();
        _model.parameters().First().fill_(double.NaN);
        Assert.Contains(
            "weights are damaged",
            Assert.Throws<ModelGenException>(() => NextTokenPrediction.Measure(_model, Tokenizer, text)).Message
        );
    }
}
