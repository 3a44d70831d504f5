using ModelGen.Data;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

public sealed class NextTokenObjectiveTests : IDisposable
{
    private const int Context = 16;

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 1e-3 },
        BatchSize = 4,
        Duration = Duration.Steps(1),
        Validation = new ValidationOptions(),
    };

    private static readonly string Text = string.Concat(Enumerable.Range(0, 120).Select(static i => $"Line {i * i} of the text.\n"));

    private readonly CharacterGpt _model;
    private readonly TokenDataset _data;
    private readonly NextTokenObjective _objective;

    public NextTokenObjectiveTests()
    {
        manual_seed(1).Dispose();
        _model = new CharacterGpt(context: Context, dropout: 0.5);
        _data = TokenDataset.Create(Text, new ByteTokenizer(), Context, 0.13);
        _objective = new NextTokenObjective(_model, _data);
    }

    public void Dispose()
    {
        _data.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void FullValidationIsTheMeanOverEveryTokenOfTheHeldBackPart()
    {
        Assert.NotEqual(0, (_data.Validation.Length - 1) % Context); // the last block is a short one

        // One token at a time, from the text, with log-softmax in double precision.
        using var scope = NewDisposeScope();
        _model.eval();
        var tokens = Text[^(int)_data.Validation.Length..].Select(static c => (long)c).ToArray();
        double sum = 0;
        for (var block = 0; block < tokens.Length - 1; block += Context)
        {
            for (var position = block; position < Math.Min(block + Context, tokens.Length - 1); position++)
            {
                using var inner = NewDisposeScope();
                var logits = _model.call(tensor(tokens[block..(position + 1)], [1, position + 1 - block]))[0, -1].data<float>().ToArray();
                var largest = logits.Max();
                var logSum = largest + Math.Log(logits.Sum(logit => Math.Exp((double)logit - largest)));
                sum += logSum - logits[tokens[position + 1]];
            }
        }

        var expected = sum / (tokens.Length - 1);
        Assert.Equal(expected, _objective.Validate(batchSize: 3).Single().Value, 1e-5);
        Assert.Equal(expected, _objective.Validate(batchSize: 1000).Single().Value, 1e-5);
    }

    [Fact]
    public void TheEstimateIsTheMeanOverItsBatchesAndTheSameEveryTime()
    {
        _model.train();
        var estimate = _objective.EstimateValidation(batchSize: 4, batches: 5, seed: 9);
        Assert.True(_model.training);
        Assert.Equal(estimate, _objective.EstimateValidation(batchSize: 4, batches: 5, seed: 9));
        Assert.NotEqual(estimate, _objective.EstimateValidation(batchSize: 4, batches: 5, seed: 10));

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _model.eval();
        var losses = Enumerable
            .Range(0, 5)
            .Select(batch =>
            {
                var (inputs, targets) = _data.Validation.Batch(4, 9, batch);
                return nn.functional.cross_entropy(_model.call(inputs).reshape(-1, 256), targets.reshape(-1)).item<float>();
            });
        Assert.Equal(losses.Average(), estimate.Single().Value, 1e-5);
    }

    [Fact]
    public void TheLossIsTheMeanCrossEntropyOfTheStepsBatch()
    {
        using var scope = NewDisposeScope();
        _model.eval();
        var loss = _objective.Loss(new TrainingStep(_objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 3, Step: 17)).Total;
        var (inputs, targets) = _data.Training.Batch(4, 3, 17);
        var logProbabilities = _model.call(inputs).log_softmax(-1);
        var expected = -logProbabilities.gather(2, targets.unsqueeze(2)).mean();
        Assert.Equal(expected.item<float>(), loss.item<float>(), 1e-5);
        Assert.True(loss.requires_grad);
    }

    [Fact]
    public void AStepTrainsOnBatchTimesContextTokens()
    {
        var plan = _objective.Plan(Options);
        Assert.Equal(("tokens", 4.0 * Context, _data.Training.SamplesPerEpoch / 4.0), (plan.Unit, plan.UnitsPerStep, plan.StepsPerEpoch));
    }

    // The text's own answers, one sample at a time, with log-softmax in double precision.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0.02)]
    public void OfAnswersTheLossIsTheMeanOverTheirTokens(double smoothing, double weight)
    {
        using var scope = NewDisposeScope();
        using var answers = new Answers(
            new()
            {
                AnswersOnly = true,
                LabelSmoothing = smoothing,
                ZLoss = weight,
            }
        );
        var loss = answers.Objective.Loss(answers.Step(17));
        var (inputs, targets) = answers.Data.Training.Batch(4, 3, 17);
        var expected = answers.Expected(inputs, targets, smoothing, weight);
        Assert.InRange(expected.Count, 1, (4 * Context) - 1);
        Assert.Equal(expected.Loss / expected.Count, loss.Total.item<float>(), 1e-5);
        Assert.All(loss.Parts, part => Assert.Equal(expected.Squares / expected.Count, part.Value.item<float>(), 1e-4));

        var (sum, count) = (0.0, 0);
        foreach (var (block, after) in answers.Data.Validation.Blocks(3))
        {
            var plain = answers.Expected(block, after, 0, 0);
            (sum, count) = (sum + plain.Loss, count + plain.Count);
        }

        Assert.Equal(sum / count, answers.Objective.Validate(3).Single().Value, 1e-5);
        Assert.Equal(sum / count, answers.Objective.Validate(1000).Single().Value, 1e-5);
    }

    [Fact]
    public void ThePartsOfABatchWeighAsManyAsTheirAnswersHave()
    {
        using var answers = new Answers(
            new()
            {
                AnswersOnly = true,
                LabelSmoothing = 0.1,
                ZLoss = 0.02,
            }
        );
        var (hasNone, hasMany) = (false, false);
        for (var batch = 0; batch < 12; batch++)
        {
            var whole = Numbers(answers.Step(batch));
            var parts = new[] { (0, 1), (1, 2), (3, 1) }
                .Select(part => (Step: answers.Step(batch) with { First = part.Item1, Count = part.Item2 }, Share: part.Item2 / 4.0))
                .Select(part => (Values: Numbers(part.Step), part.Share))
                .ToList();
            Assert.Equal(whole.Loss, parts.Sum(static part => part.Values.Loss * part.Share), 1e-4);
            Assert.Equal(whole.Squares, parts.Sum(static part => part.Values.Squares * part.Share), 1e-4);
            hasNone |= parts.Any(static part => part.Values.Loss == 0);
            hasMany |= parts.All(static part => part.Values.Loss > 0);
        }

        Assert.True(hasNone && hasMany);

        (double Loss, double Squares) Numbers(TrainingStep step)
        {
            using var loss = answers.Objective.Loss(step);
            Assert.Null(loss.Share);
            return (loss.Total.item<float>(), loss.Parts[0].Value.item<float>());
        }
    }

    [Fact]
    public void ABatchWithoutAnswersTeachesNothing()
    {
        using var scope = NewDisposeScope();
        using var answers = new Answers(new() { AnswersOnly = true, ZLoss = 0.02 });
        var batch = Enumerable
            .Range(0, 1000)
            .First(batch =>
            {
                var (inputs, targets) = answers.Data.Training.Batch(1, 3, batch);
                return answers.Expected(inputs, targets, 0, 0).Count == 0;
            });
        using var loss = answers.Objective.Loss(answers.Step(batch, batchSize: 1));
        Assert.Equal((0, 0), (loss.Total.item<float>(), loss.Parts[0].Value.item<float>()));
        loss.Total.backward();
        Assert.All(answers.Model.parameters(), static weight => Assert.Equal(0, weight.grad!.abs().max().item<float>()));
    }

    [Fact]
    public void AnswersMustBeTold()
    {
        Assert.Equal(
            "The data's tokenizer has no token between a prompt and its answer; create it with one, or with the model's CreateTokenizer.",
            Message(new ByteTokenizer((SpecialTokenRole.End, ".")), Text)
        );
        Assert.Equal(
            "The data's tokenizer has no token that ends an answer; create it with one, or with the model's CreateTokenizer.",
            Message(new ByteTokenizer((SpecialTokenRole.Answer, ":")), Text)
        );
        Assert.Equal(
            "Only answers are to count, and the training text has none; write ':' between each prompt and its answer, and '.' after it.",
            Message(Answers.Tokenizer, new string('a', 1000))
        );
        Assert.Equal(
            "Only answers are to count, and the validation text has none; write ':' between each prompt and its answer, and '.' after it.",
            Message(Answers.Tokenizer, $"a:b.{new string('a', 1000)}")
        );

        static string Message(Tokenizer tokenizer, string text)
        {
            using var model = new CharacterGpt(vocabulary: 258, context: Context);
            using var data = TokenDataset.Create(text, tokenizer, Context, 0.13);
            var options = new NextTokenOptions { AnswersOnly = true };
            return Assert.Throws<ModelGenException>(() => new NextTokenObjective(model, data, options)).Message;
        }
    }

    [Fact]
    public void DataThatDoNotFitTheModelAreRefused()
    {
        using var small = new CharacterGpt(vocabulary: 100, context: Context);
        Assert.Contains(
            "256 tokens, but CharacterGpt has 100",
            Assert.Throws<ModelGenException>(() => new NextTokenObjective(small, _data)).Message
        );
        using var narrow = new CharacterGpt(context: 8);
        Assert.Contains("reads at most 8", Assert.Throws<ModelGenException>(() => new NextTokenObjective(narrow, _data)).Message);
    }

    // Prompts and answers of several lengths, some longer than a sample.
    private sealed class Answers : IDisposable
    {
        public static readonly Tokenizer Tokenizer = new ByteTokenizer((SpecialTokenRole.End, "."), (SpecialTokenRole.Answer, ":"));

        private static readonly string Text = string.Concat(
            Enumerable.Range(0, 120).Select(static i => $"{new string('?', i * 7 % 40)}{i}:{new string('!', i * 5 % 30)}{i * i}.")
        );

        public Answers(NextTokenOptions options)
        {
            manual_seed(1).Dispose();
            Model = new CharacterGpt(vocabulary: 258, context: Context);
            Data = TokenDataset.Create(Text, Tokenizer, Context, 0.13);
            Objective = new NextTokenObjective(Model, Data, options);
        }

        public CharacterGpt Model { get; }

        public TokenDataset Data { get; }

        public NextTokenObjective Objective { get; }

        public TrainingStep Step(long step, int batchSize = 4) =>
            new(Objective.Plan(Options with { BatchSize = batchSize }), Phase: 0, Repetition: 0, Seed: 3, Step: step);

        // The sums over what belongs to answers, and how much that is.
        public (double Loss, double Squares, int Count) Expected(Tensor inputs, Tensor targets, double smoothing, double weight)
        {
            using var scope = NewDisposeScope();
            var (end, answer) = (Tokenizer.IdOf(SpecialTokenRole.End)!.Value, Tokenizer.IdOf(SpecialTokenRole.Answer)!.Value);
            var logits = Model.call(inputs).to(ScalarType.Float64).data<double>().ToArray();
            var (before, wanted) = (inputs.contiguous().data<long>().ToArray(), targets.contiguous().data<long>().ToArray());
            var length = (int)inputs.size(1);
            var (loss, squares, count) = (0.0, 0.0, 0);
            for (var row = 0; row < inputs.size(0); row++)
            {
                long[] sample = [before[row * length], .. wanted[(row * length)..((row + 1) * length)]];
                var isInside = sample.FirstOrDefault(token => token == end || token == answer) == end;
                for (var at = 0; at < length; at++)
                {
                    isInside = sample[at] == answer || (sample[at] != end && isInside);
                    if (!isInside)
                    {
                        continue;
                    }

                    var scores = logits.AsSpan(((row * length) + at) * 258, 258).ToArray();
                    var logSum = Math.Log(scores.Sum(Math.Exp));
                    loss +=
                        logSum - ((1 - smoothing) * scores[sample[at + 1]]) - (smoothing * scores.Average()) + (weight * logSum * logSum);
                    squares += logSum * logSum;
                    count++;
                }
            }

            return (loss, squares, count);
        }

        public void Dispose()
        {
            Data.Dispose();
            Model.Dispose();
        }
    }
}
