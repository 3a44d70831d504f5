using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>A masked model from a spec learns to restore what is missing, where the rest determines it.</summary>
public sealed class MaskedTokenTests
{
    private const string Spec = """
        model: Restorer
        family: transformer
        data: { tokens: { context: 24, tokenizer: characters, vocabulary: 27, mask-token: "[MASK]" } }
        network:
          - embed: 64
          - repeat: 2
            layers:
              - residual: [layer-norm, self-attention: 4]
              - residual: [layer-norm, linear: 128, gelu, linear: 64]
          - layer-norm
          - unembed
        objective: { masked-token: { rate: 0.25, span: 2 } }
        training: { optimizer: { adamw: 2e-3 }, schedule: { cosine: { warmup: 50 steps } }, clip-norm: 1, batch: 16, duration: 1500 steps }
        """;

    // Any letter tells what stands where, so that every gap has one right answer.
    private static readonly string Text = string.Concat(Enumerable.Repeat("abcdefghijklmnopqrstuvwxyz", 100));

    [Fact]
    public void WhatIsMissingIsRestored()
    {
        random.manual_seed(1);
        var compiled = SpecAssembly.Compile(Spec);
        using var model = (LanguageModel)compiled.Create(seed: 1);
        var tokenizer = model.CreateTokenizer(Text);
        using var data = TokenDataset.Create(Text, tokenizer, model.ContextLength, 0.1);
        var objective = model.CreateObjective(data);
        Assert.IsType<MaskedTokenObjective>(objective);
        var before = objective.Validate(8);
        using (var trainer = new Trainer(objective, compiled.Training!, seed: 1))
        {
            trainer.Run();
        }

        var after = objective.Validate(8);
        Assert.Equal(after[0].Value, objective.Validate(3)[0].Value, 1e-5);
        Assert.Equal(after[1], objective.Validate(3)[1]);
        Assert.Equal(["loss", "accuracy"], after.Select(static metric => metric.Name));
        Assert.InRange(before[0].Value, Math.Log(27) - 0.5, Math.Log(27) + 0.5);
        Assert.InRange(after[1].Value, 0.99, 1);
        Assert.Equal("cdefghijklmnopqrstuvwxyz", MaskFilling.Fill(model, tokenizer, "cd[MASK]fghi[MASK][MASK]lmnop[MASK]rstuvwxyz"));
    }

    [Fact]
    public void ThePartsOfABatchAreTheBatch()
    {
        var compiled = SpecAssembly.Compile(Spec);
        using var model = (LanguageModel)compiled.Create(seed: 2);
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
        var objective = model.CreateObjective(data);
        var plan = objective.Plan(compiled.Training! with { BatchSize = 6 });
        var whole = Loss(0, 6);
        Assert.Equal(whole, ((Loss(0, 1) * 1) + (Loss(1, 2) * 2) + (Loss(3, 3) * 3)) / 6, 1e-5);

        double Loss(int first, int count)
        {
            using var loss = objective.Loss(new TrainingStep(plan, 0, 0, Seed: 4, Step: 11) { First = first, Count = count });
            return loss.Total.item<float>();
        }
    }

    [Fact]
    public void ItDoesNotContinueTextsAndFillsOnlyGaps()
    {
        using var model = (LanguageModel)SpecAssembly.Compile(Spec).Create(seed: 2);
        var tokenizer = model.CreateTokenizer(Text);
        Assert.Equal(
            "Restorer sees later tokens when it predicts one, so that it cannot continue a text; MaskFilling fills gaps in one.",
            Assert.Throws<ModelGenException>(() => TextGenerator.Generate(model, tokenizer, "abc", 1, new SamplingOptions())).Message
        );
        Assert.Equal(
            "There is nothing to fill in: the text has no '[MASK]'; write it where a token is missing.",
            Assert.Throws<ModelGenException>(() => MaskFilling.Fill(model, tokenizer, "abc")).Message
        );
        Assert.Equal(
            "The text has 25 tokens, but Restorer reads at most 24 at once; shorten it.",
            Assert.Throws<ModelGenException>(() => MaskFilling.Fill(model, tokenizer, "[MASK]bcdefghijklmnopqrstuvwxy")).Message
        );
        Assert.Equal(
            "The tokenizer has no mask token; use the one that the model was trained with.",
            Assert.Throws<ModelGenException>(() => MaskFilling.Fill(model, CharacterTokenizer.FromText(Text), "abc")).Message
        );
        using var data = TokenDataset.Create(Text, CharacterTokenizer.FromText(Text), model.ContextLength, 0.1);
        Assert.Contains("has no mask token", Assert.Throws<ModelGenException>(() => model.CreateObjective(data)).Message);
    }
}
