using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Json.Schema;
using ModelGen.Constraints;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.EndToEnd.Tests.Decoding;

/// <summary>Texts of models that have learnt nothing, under constraints.</summary>
public sealed class ConstrainedDecodingTests : IDisposable
{
    private const int Count = 90;
    private const string Pattern = "[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?, (19|20)[0-9]{2}-(0[1-9]|1[0-2])";
    private const string Schema = """
        {
          "type": "object",
          "properties": {
            "name": { "type": "string", "minLength": 1, "pattern": "^[ -~]*$", "maxLength": 20 },
            "tags": { "type": "array", "items": { "enum": ["red", "green", "blue"] }, "maxItems": 3 },
            "price": { "type": "number", "exclusiveMinimum": 0, "maximum": 100, "multipleOf": 0.01 },
            "stock": { "oneOf": [{ "type": "integer", "minimum": 0, "maximum": 500 }, { "type": "null" }] }
          },
          "required": ["name", "price"],
          "additionalProperties": false
        }
        """;

    private static readonly string Text = string.Concat(
        Enumerable.Repeat(
            "{\"name\": \"Ada\", \"born\": [1815, null], \"true\": false}\nGreen tea, 2001-07 \\ 0.99 ABCDEFGHIJKLMNOPQRSTUVWXYZ ",
            6
        )
    );

    private readonly LanguageModel _model = Create();

    public static TheoryData<string> Tokenizers => ["bytes", "bpe"];

    public void Dispose() => _model.Dispose();

    /// <summary>5,000 for each tokenizer: by a pattern, a schema, a type and a choice.</summary>
    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void TenThousandTextsAreAllWhatTheConstraintSays(string kind)
    {
        var tokenizer = Tokenizer(kind);
        using var generator = new TextGenerator(_model, tokenizer);
        var pattern = new Regex($"^(?:{Pattern})\\z");
        var schema = JsonSchema.FromText(Schema);
        var options = new SamplingOptions { TopP = 0.95 };
        string[] choices = ["yes", "no", "perhaps not"];
        for (var block = 0; block < 10; block++)
        {
            Assert.All(Texts(TextConstraint.Regex(Pattern), 150), text => Assert.Matches(pattern, text));
            Assert.All(Texts(TextConstraint.JsonSchema(Schema), 150), text => Assert.True(IsValid(text), text));
            Assert.All(Texts(TextConstraint.Choice(choices), 50), text => Assert.Contains(text, choices));
            Assert.All(Texts(TextConstraint.Json(JsonSerializerOptions.Web.GetTypeInfo(typeof(Reading))), 150), text =>
                Check(JsonSerializer.Deserialize<Reading>(text, JsonSerializerOptions.Web)!)
            );

            IReadOnlyList<string> Texts(TextConstraint constraint, int number) =>
                generator.Generate(
                    [.. Enumerable.Repeat("Once", number)],
                    Count,
                    options with
                    {
                        Constraint = constraint,
                    },
                    [.. Enumerable.Range(0, number).Select(i => (ulong)((block * 1000) + i))]
                );
        }

        bool IsValid(string text)
        {
            using var document = JsonDocument.Parse(text);
            return schema.Evaluate(document.RootElement).IsValid;
        }
    }

    /// <summary>A record with members of every kind is read, with every seed.</summary>
    [Fact]
    public void AValueOfATypeIsWrittenAndRead()
    {
        using var generator = new TextGenerator(_model, Tokenizer("bpe"));
        var options = new SamplingOptions();
        var found = new HashSet<Reading>();
        for (var seed = 0UL; seed < 60; seed++)
        {
            var reading = generator.Generate<Reading>("Once", 400, options, seed);
            Check(reading);
            Assert.Equal(reading.Place, generator.Generate<Reading>("Once", 400, options, seed).Place);
            found.Add(reading with { Values = [], Raw = [], Counts = [] });
            var everything = generator.Generate<Everything>("Once", 1500, options, seed);
            Assert.NotNull(everything.Text);
            Assert.InRange(everything.Code, 'A', 'z');
            Assert.InRange(everything.Short.Length, 0, 3);
            Assert.True(everything.Word is "no" or "n/a" || everything.Word.Length is >= 1 and <= 3, everything.Word);
            Assert.False(string.IsNullOrWhiteSpace(everything.Present));
            Assert.True(everything.Positive >= 0 && Half.IsFinite(everything.Tiny));
        }

        Assert.True(found.Count > 40);
    }

    [Fact]
    public void ATypeThatContainsItselfIsAnErrorThatNamesIt()
    {
        using var generator = new TextGenerator(_model, Tokenizer("bytes"));

        var message = Assert.Throws<ModelGenException>(() => generator.Generate<Node>("Once", 50, new SamplingOptions())).Message;

        Assert.StartsWith(
            $"{typeof(Node)} cannot constrain a text. The JSON schema refers to itself: #/properties/Next",
            message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            $"{typeof(Loose)} cannot constrain a text. Any JSON can be read as a System.Object; give the member a type of its own.",
            Assert.Throws<ModelGenException>(() => generator.Generate<Loose>("Once", 50, new SamplingOptions())).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The shortest text that the constraint allows has ",
            Assert.Throws<ModelGenException>(() => generator.Generate<Reading>("Once", 5, new SamplingOptions())).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Alone, in a batch, streamed, guessed and not: the same text.</summary>
    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void AConstrainedTextIsTheSameHoweverItIsWritten(string kind)
    {
        var tokenizer = Tokenizer(kind);
        using var generator = new TextGenerator(_model, tokenizer);
        using var guessing = new TextGenerator(_model, tokenizer) { Speculation = new RepeatedPhrases() };
        using var draft = new DraftModel(_model);
        using var drafting = new TextGenerator(_model, tokenizer) { Speculation = draft };
        foreach (var constraint in new[] { TextConstraint.JsonSchema(Schema), TextConstraint.Regex("(ab|abc){4,}d") })
        {
            foreach (
                var options in new SamplingOptions[]
                {
                    new(),
                    new() { Temperature = 0 },
                    new() { PastContext = PastContext.Stop },
                }
            )
            {
                var constrained = options with { Constraint = constraint };
                ulong[] seeds = [.. Enumerable.Range(0, 12).Select(static seed => (ulong)seed)];
                var texts = generator.Generate([.. seeds.Select(static _ => "Once")], Count, constrained, seeds);
                foreach (var (text, seed) in texts.Zip(seeds))
                {
                    Assert.True(constraint.Allows(text), text);
                    Assert.Equal(text, generator.Generate("Once", Count, constrained, seed));
                    Assert.Equal(text, guessing.Generate("Once", Count, constrained, seed));
                    Assert.Equal(text, drafting.Generate("Once", Count, constrained, seed));
                    Assert.Equal(
                        text,
                        string.Concat(generator.StreamTokens("Once", Count, constrained, seed).Select(static token => token.Piece))
                    );
                }
            }
        }
    }

    /// <summary>A search among some texts finds each with its probability, the best first.</summary>
    [Fact]
    public void BeamsFindTheTextsOfTheSet()
    {
        var tokenizer = Tokenizer("bpe");
        using var generator = new TextGenerator(_model, tokenizer);
        string[] choices = ["Ada", "Green tea", "null", "1815, null", "tea"];
        var found = generator.Search(
            "Once",
            30,
            new BeamSearchOptions
            {
                Beams = 4000,
                Results = 3000,
                LengthPenalty = 0,
                Constraint = TextConstraint.Choice(choices),
            }
        );

        // Each is found once, in the likeliest of the ways in which its bytes can be cut into tokens.
        using var decoder = new SequenceDecoder(_model, tokenizer.VocabularySize);
        Assert.Equal(choices.Order(), found.Select(static text => text.Text).Order());
        foreach (var choice in choices)
        {
            var expected = Ways(tokenizer, choice).Max(tokens => Probability(decoder, tokenizer.Encode("Once"), tokens));
            Assert.Equal(expected, found.Single(text => text.Text == choice).LogProbability, 1e-3);
        }

        Assert.Equal(found.OrderByDescending(static text => text.Score), found);
    }

    /// <summary>Texts of one token do not take the places of those that go on.</summary>
    [Fact]
    public void OneBeamFindsAsManyTextsAsAreAskedFor()
    {
        using var generator = new TextGenerator(_model, Tokenizer("bytes"));
        string[] choices = [.. "abcdefgh".Select(static letter => letter.ToString()), "xyz"];
        var options = new BeamSearchOptions
        {
            Beams = 1,
            Results = 20,
            LengthPenalty = 0,
        };

        var found = generator.Search("Once", 5, options with { Constraint = TextConstraint.Choice(choices) });

        Assert.Equal(choices.Order(), found.Select(static text => text.Text).Order());
    }

    [Fact]
    public void FewBeamsFindTextsOfTheSetToo()
    {
        using var generator = new TextGenerator(_model, Tokenizer("bpe"));
        var constraint = TextConstraint.JsonSchema(Schema);

        var found = generator.Search(
            "Once",
            Count,
            new BeamSearchOptions
            {
                Beams = 3,
                Results = 3,
                Constraint = constraint,
            }
        );

        Assert.Equal(3, found.Count);
        Assert.All(found, text => Assert.True(constraint.Allows(text.Text), text.Text));
    }

    [Fact]
    public void TheTargetOfASourceCanBeConstrained()
    {
        using var model = SpecAssembly
            .Compile(
                """
                model: Answering
                family: encoder-decoder
                data: { tokens: { context: 40, tokenizer: characters, vocabulary: 64, padding-token: <pad>, end-token: <end> } }
                encoder: [embed: { width: 16, positions: learned }, transformer-block: 2, layer-norm]
                decoder:
                  - embed: { width: 16, positions: learned }
                  - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
                  - residual: [layer-norm, cross-attention: 2]
                  - unembed
                objective: sequence-to-sequence
                training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 10 steps }
                """
            )
            .Create<EncoderDecoder>(seed: 3);
        model.eval();
        var tokenizer = CharacterTokenizer.FromText(Text, 64, (SpecialTokenRole.Padding, "<pad>"), (SpecialTokenRole.End, "<end>"));
        var constraint = TextConstraint.Regex("[0-9]{2,3}-[A-C]+");
        for (var seed = 0UL; seed < 50; seed++)
        {
            var text = SequenceGenerator.Generate(model, tokenizer, "Ada", new SamplingOptions { Constraint = constraint }, seed);
            Assert.True(constraint.Allows(text), text);
        }

        var found = SequenceGenerator.Search(model, tokenizer, "Ada", new BeamSearchOptions { Results = 4, Constraint = constraint });
        Assert.All(found, text => Assert.True(constraint.Allows(text.Text), text.Text));
    }

    [Fact]
    public void WhatCannotBeKeptOfATypeIsAnErrorBeforeAnythingIsWritten()
    {
        using var generator = new TextGenerator(_model, Tokenizer("bytes"));

        Assert.Equal("A [Range] of System.String cannot be kept; give numbers, as int or double.", Problem<Late>());
        Assert.Equal("[PhoneAttribute] cannot be kept; leave it out, or use [RegularExpression].", Problem<Reachable>());
        Assert.StartsWith("System.IO.Stream is abstract, so that nothing of it can be read;", Problem<Flow>(), StringComparison.Ordinal);
        Assert.Equal("System.Text.Json does not read the fields of a tuple; use a record.", Problem<(int, string)>());
        Assert.Throws<ArgumentException>(() =>
            generator.Generate<Nested>("Once", 90, new SamplingOptions { Constraint = TextConstraint.Choice("a") })
        );
        Assert.Throws<ArgumentNullException>(() => generator.Generate("Once", 90, null!));

        string Problem<T>()
        {
            var message = Assert.Throws<ModelGenException>(() => generator.Generate<T>("Once", 90, new SamplingOptions())).Message;
            var start = $"{typeof(T)} cannot constrain a text. ";
            Assert.StartsWith(start, message, StringComparison.Ordinal);
            return message[start.Length..];
        }
    }

    private static void Check(Reading reading)
    {
        Assert.Matches("^[A-Z][a-z]*\\z", reading.Place);
        Assert.InRange(reading.Celsius, -60, 60);
        Assert.InRange(reading.Values.Count, 1, 3);
        Assert.True(Enum.IsDefined(reading.Sky));
        Assert.NotNull(reading.Raw);
    }

    // All sequences of tokens that are a text.
    private static IEnumerable<int[]> Ways(Tokenizer tokenizer, string text) =>
        text.Length == 0
            ?
            [
                [],
            ]
            : tokenizer
                .TextTokens.Where(token => text.StartsWith(tokenizer.Decode([token]), StringComparison.Ordinal))
                .SelectMany(token => Ways(tokenizer, text[tokenizer.Decode([token]).Length..]).Select(rest => (int[])[token, .. rest]));

    private static double Probability(SequenceDecoder decoder, int[] prompt, int[] tokens)
    {
        using var sequence = decoder.Start(prompt);
        var sum = 0.0;
        foreach (var token in tokens)
        {
            sum += sequence.Scores[token] - Math.Log(sequence.Scores.ToArray().Sum(static score => Math.Exp(score)));
            decoder.Append(sequence, token);
        }

        return sum;
    }

    private static Tokenizer Tokenizer(string kind) =>
        kind == "bytes"
            ? new ByteTokenizer((SpecialTokenRole.End, "<end>"))
            : BpeTokenizer.FromText(TextCorpus.FromText(Text), 320, [(SpecialTokenRole.End, "<end>")]);

    private static LanguageModel Create()
    {
        var model = SpecAssembly
            .Compile(
                """
                model: Novice
                family: transformer
                data: { tokens: { vocabulary: 320, context: 64, tokenizer: characters } }
                network: [embed: 16, residual: [layer-norm, self-attention: { heads: 2, causal: true, positions: rotary }], unembed]
                objective: next-token
                """
            )
            .Create<LanguageModel>(seed: 5);
        model.eval();
        return model;
    }

    internal enum Sky
    {
        Clear,
        Cloudy,
        Rain,
    }

    internal sealed record Reading(
        [property: RegularExpression("[A-Z][a-z]*"), MaxLength(12)] string Place,
        [Range(-60, 60)] double Celsius,
        [Length(1, 3)] IReadOnlyList<short> Values,
        Sky Sky,
        byte[] Raw,
        bool? IsNight = null
    )
    {
        public Dictionary<string, byte> Counts { get; init; } = [];
    }

    internal sealed record Everything(
        string Text,
        [RegularExpression("[A-Za-z]")] string Letter,
        DateTime Moment,
        DateTimeOffset Instant,
        DateOnly Day,
        TimeOnly Time,
        TimeSpan Duration,
        Guid Id,
        Uri Place,
        Version Version,
        decimal Price,
        float Share,
        ulong Large,
        long Signed,
        uint Small,
        sbyte Least,
        int? Maybe,
        [AllowedValues('A', 'z')] char Code,
        Nested[] Parts,
        [Range(0, double.MaxValue)] double Positive,
        [Range(0, 300)] byte Level,
        [MaxLength(3)] string Short,
        [Required] string? Present,
        [EmailAddress] string Mail,
        [RegularExpression("^.{1,3}$|^(no|n/a)$")] string Word,
        Access Access,
        Dictionary<int, bool> ById,
        Dictionary<Sky, bool> BySky,
        UInt128 Huge,
        Half Tiny,
        Shape Shape
    );

    [Flags]
    internal enum Access
    {
        None = 0,
        Read = 1,
        Write = 2,
    }

    [JsonDerivedType(typeof(Circle), "circle")]
    [JsonDerivedType(typeof(Square), "square")]
    internal abstract record Shape;

    internal sealed record Circle([Range(0, 9)] int Radius) : Shape;

    internal sealed record Square(int Side, bool IsFilled) : Shape;

    internal sealed record Nested(string? Title, Sky? Sky);

    internal sealed record Node(int Value, Node? Next);

    internal sealed record Late([Range(typeof(DateTime), "2020-01-01", "2020-12-31")] DateTime Day);

    internal sealed record Reachable([Phone] string Number);

    internal sealed record Flow(Stream Content);

    internal sealed record Loose(object Anything);
}
