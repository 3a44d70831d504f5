using ModelGen.Answers;
using ModelGen.Chat;

namespace ModelGen.Tests.Answers;

/// <summary>JSON lines with answers: what can be used is read, and every other line is named with what is wrong with it.</summary>
public sealed class AnswerFilesTests : IDisposable
{
    private const string Good = """{"prompt": "", "chosen": "b", "rejected": "c", "margin": 0.5, "rater": "ada"}""";

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["lines.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"prompt": "a", "chosen": "b", "rejected": "b"}""", "has the same answer twice, so that none is preferred")]
    [InlineData("""{"prompt": "a", "chosen": "", "rejected": "b"}""", "has an empty chosen answer")]
    [InlineData("""{"prompt": "a", "chosen": "b", "rejected": ""}""", "has an empty rejected answer")]
    [InlineData("""{"promt": "a", "chosen": "b", "rejected": "c"}""", "has no key 'prompt', only 'promt', 'chosen', 'rejected'")]
    [InlineData("""{"prompt": "a", "chosen": 1, "rejected": "c"}""", "has no chosen answer: 'chosen' is a number, not a string")]
    [InlineData("""{"prompt": "a", "chosen": "b", "rejected": "c", "margin": -1}""", "has a 'margin' that is not a number from 0 on")]
    [InlineData("""{"prompt": "a", "chosen": "b", "rejected": "c", "margin": "1"}""", "has a 'margin' that is not a number from 0 on")]
    [InlineData(
        """{"prompt": "\ud800", "chosen": "b", "rejected": "c"}""",
        "has a text with half of a surrogate pair, which no encoding has"
    )]
    [InlineData("""["a", "b"]""", """is not an object such as {"prompt": "…", "chosen": "…", "rejected": "…"}""")]
    [InlineData("{", "is not JSON: byte 2 is not what should come there")]
    public void AWrongPreferenceIsNamed(string line, string problem)
    {
        File.WriteAllLines(Path, [Good, "", line]);
        var read = PreferenceFile.Read(Path);
        Assert.Equal([new PreferencePair("", "b", "c") { Margin = 0.5 }], read.Examples);
        Assert.Equal([($"{Path}(3)", problem)], read.Problems.Select(static each => (each.File, each.Reason)));

        File.WriteAllLines(Path, [line]);
        var exception = Assert.Throws<ModelGenException>(() => PreferenceFile.Read(Path));
        Assert.Equal(
            $$"""'{{Path}}' holds no preference to learn from: {{Path}}(1) {{problem}}; each line must be like """
                + """{"prompt": "…", "chosen": "…", "rejected": "…"}.""",
            exception.Message
        );
    }

    [Theory]
    [InlineData("""{"prompt": "a", "answer": "b"}""", "has no key 'rating', only 'prompt', 'answer'")]
    [InlineData("""{"prompt": "a", "answer": "", "rating": 1}""", "has an empty answer")]
    [InlineData(
        """{"prompt": "a", "answer": "b", "rating": "good"}""",
        "has no rating: 'rating' is a string, not a number or a truth value"
    )]
    [InlineData(
        """{"prompt": "a", "answer": "b", "rating": 1e300}""",
        "has no rating: 'rating' is a number, not a number or a truth value"
    )]
    public void AWrongRatingIsNamed(string line, string problem)
    {
        File.WriteAllLines(
            Path,
            ["""{"prompt": "p", "answer": "x", "rating": true}""", line, """{"prompt": "p", "answer": "y", "rating": -2.5}"""]
        );
        var read = RatingFile.Read(Path);
        Assert.Equal([new RatedAnswer("p", "x", 1), new RatedAnswer("p", "y", -2.5)], read.Examples);
        Assert.Equal([($"{Path}(2)", problem)], read.Problems.Select(static each => (each.File, each.Reason)));
    }

    [Theory]
    [InlineData("""{"prompt": "a"}""", "has no key 'answer', only 'prompt'")]
    [InlineData("""{"messages": "hello"}""", "has no conversation: 'messages' is a string, not a list")]
    [InlineData("""{"messages": []}""", "has no message of the assistant, so that there is no answer to learn")]
    [InlineData(
        """{"messages": [{"role": "user", "content": "a"}]}""",
        "has no message of the assistant, so that there is no answer to learn"
    )]
    [InlineData(
        """{"messages": [{"role": "human", "content": "a"}]}""",
        "has a message 1 that has the role 'human'; it is 'system', 'user', 'assistant' or 'tool'"
    )]
    [InlineData(
        """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "text": "b"}]}""",
        "has a message 2 that has no key 'content', only 'role', 'text'"
    )]
    [InlineData("""{"messages": [{"role": "assistant", "content": ""}]}""", "has a message 1 that has an empty answer")]
    [InlineData("""{"messages": ["hello"]}""", "has a message 1 that is a string, not an object")]
    public void AWrongExampleIsNamed(string line, string problem)
    {
        File.WriteAllLines(
            Path,
            [
                """{"prompt": "p", "answer": "x"}""",
                line,
                """{"messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "r"}]}""",
            ]
        );
        var read = AnswerFile.Read(Path);
        Assert.Equal(new PromptedAnswer("p", "x"), read.Examples[0]);
        Assert.Equal(
            [new(ChatSpeaker.System, "be brief"), new(ChatSpeaker.User, "q"), new ChatTurn(ChatSpeaker.Assistant, "r")],
            Assert.IsType<Conversation>(read.Examples[1]).Turns
        );
        Assert.Equal([($"{Path}(2)", problem)], read.Problems.Select(static each => (each.File, each.Reason)));
    }

    [Theory]
    [InlineData("""{"prompt": "a", "steps": ["b"]}""", "has no key 'ratings', only 'prompt', 'steps'")]
    [InlineData("""{"prompt": "a", "steps": "b", "ratings": [true]}""", "has no steps: 'steps' is a string, not a list")]
    [InlineData("""{"prompt": "a", "steps": ["b"], "ratings": true}""", "has no ratings: 'ratings' is a truth value, not a list")]
    [InlineData("""{"prompt": "a", "steps": [], "ratings": []}""", "has no steps: its list of them is empty")]
    [InlineData("""{"prompt": "a", "steps": ["b", ""], "ratings": [true, true]}""", "has an empty step 2")]
    [InlineData("""{"prompt": "a", "steps": ["b", 2], "ratings": [true, true]}""", "has a step 2 that is a number, not a string")]
    [InlineData("""{"prompt": "a", "steps": ["b", "c"], "ratings": [true]}""", "has 2 steps and 1 ratings, and each step needs one")]
    [InlineData(
        """{"prompt": "a", "steps": ["b", "c"], "ratings": [true, 1.5]}""",
        "has a rating 2 that is not true, false or a number from 0 to 1"
    )]
    [InlineData(
        """{"prompt": "a", "steps": ["b"], "ratings": ["good"]}""",
        "has a rating 1 that is not true, false or a number from 0 to 1"
    )]
    [InlineData(
        """{"prompt": "a", "steps": ["\ud800"], "ratings": [true]}""",
        "has a text with half of a surrogate pair, which no encoding has"
    )]
    public void AWrongAnswerInStepsIsNamed(string line, string problem)
    {
        File.WriteAllLines(Path, [line, """{"prompt": "p", "steps": ["x", "y", "z"], "ratings": [true, 0.25, 0], "rater": "ada"}"""]);
        var read = StepFile.Read(Path);
        var (prompt, steps, ratings) = Assert.Single(read.Examples);
        Assert.Equal("p", prompt);
        Assert.Equal(["x", "y", "z"], steps);
        Assert.Equal([1, 0.25, 0], ratings);
        Assert.Equal([($"{Path}(1)", problem)], read.Problems.Select(static each => (each.File, each.Reason)));
    }

    [Fact]
    public void OtherKeysCanBeNamed()
    {
        File.WriteAllLines(Path, ["""{"instruction": "a", "good": "b", "bad": "c"}"""]);
        Assert.Equal([new PreferencePair("a", "b", "c")], PreferenceFile.Read(Path, "instruction", "good", "bad").Examples);
    }

    [Theory]
    [InlineData("Question: ", "has no '{prompt}'")]
    [InlineData("{prompt} {prompt}", "has more than one '{prompt}'")]
    public void ATemplateHasItsSlotOnce(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<ModelGenException>(() => AnswerTemplate.Parse(text)).Message);
}
