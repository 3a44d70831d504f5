using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Evaluation;

public sealed class PerplexityMetricTests : TorchTest
{
    // The last tenth is what follows the 99; its first character is predicted from nothing, and does not count.
    private static readonly string Text = new string('a', 99) + "€ä€ä€äaaaaa";

    [Fact]
    public void ALossPerByteIsThatOfItsBits()
    {
        using var data = TokenDataset.Create(new string('a', 300), new ByteTokenizer(), context: 8, validationFraction: 0.1);
        var report = Measured(data, loss: 2 * Math.Log(2));

        Assert.Equal(4, report.Figures["validation_perplexity"], 1e-12);
        Assert.Equal(2, report.Figures["validation_bits_per_byte"], 1e-12);
    }

    [Fact]
    public void ALossPerCharacterIsSpreadOverTheBytesOfTheCharacters()
    {
        using var data = TokenDataset.Create(Text, CharacterTokenizer.FromText(Text), context: 4, validationFraction: 0.1);
        Assert.Equal(11, data.Validation.Length);

        var report = Measured(data, loss: Math.Log(2));

        // 10 characters of one bit each.
        Assert.Equal(2, report.Figures["validation_perplexity"], 1e-12);
        Assert.Equal(10.0 / ((2 * 3) + (3 * 2) + 5), report.Figures["validation_bits_per_byte"], 1e-12);
    }

    [Fact]
    public void TheLossOfAnswersIsNotSpreadOverTheBytesOfTheText()
    {
        using var data = TokenDataset.Create(Text, CharacterTokenizer.FromText(Text), context: 4, validationFraction: 0.1);

        var report = Measured(data, loss: Math.Log(2), isOfAnswers: true);

        Assert.Equal(2, report.Figures["validation_perplexity"], 1e-12);
        Assert.Equal(["validation_loss", "validation_perplexity"], report.Figures.Keys);
        Assert.Contains("answers alone", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTheLossThereIsNothingToSay()
    {
        using var data = TokenDataset.Create(Text, CharacterTokenizer.FromText(Text), context: 4, validationFraction: 0.1);

        Assert.Contains(
            "'validation_loss'",
            Assert
                .Throws<InvalidOperationException>(() =>
                    new PerplexityMetric(data).AddTo(new EvaluationReport("any"), new EvaluationProgress())
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private static EvaluationReport Measured(TokenDataset data, double loss, bool isOfAnswers = false)
    {
        var report = new EvaluationReport("any") { IsOfAnswers = isOfAnswers };
        report.Add("validation_loss", loss);
        new PerplexityMetric(data).AddTo(report, new EvaluationProgress());
        return report;
    }
}
