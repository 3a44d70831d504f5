using System.Text.Json;
using ModelGen.Chat;
using ModelGen.Data;

namespace ModelGen.Answers;

/// <summary>
/// Reads examples of how to answer from JSON lines: one object on each line, such as <c>{"prompt": "…", "answer": "…"}</c>, or a
/// conversation as <c>{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}</c>. Keys besides are not
/// read.
/// </summary>
public static class AnswerFile
{
    private const string Messages = "messages";
    private const string Role = "role";
    private const string Content = "content";

    /// <summary>Reads the file. Lines that cannot be used are left out, see <see cref="ExampleCollection{T}.Problems"/>.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="prompt">The key of the prompt, which may be an empty text.</param>
    /// <param name="answer">The key of the answer.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The examples, in the order of the lines.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, or has no line that can be used; the message names the
    /// first of them.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static ExampleCollection<AnswerExample> Read(
        string path,
        string prompt = "prompt",
        string answer = "answer",
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        ArgumentException.ThrowIfNullOrEmpty(answer);
        var wanted = $$"""{"{{prompt}}": "…", "{{answer}}": "…"} or {"{{Messages}}": [{"{{Role}}": "user", "{{Content}}": "…"}, …]}""";
        return new(JsonRows<AnswerExample>.Read(path, "answer to learn from", wanted, Example, progress, cancellation));

        (AnswerExample?, string?) Example(JsonElement line) =>
            line.TryGetProperty(Messages, out var messages) ? Conversation(messages)
            : AnswerLine.Problem(line, prompt, (answer, "answer")) is { } problem ? (null, problem)
            : (new PromptedAnswer(AnswerLine.Text(line, prompt), AnswerLine.Text(line, answer)), null);
    }

    private static (AnswerExample? Example, string? Problem) Conversation(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            return (null, $"has no conversation: '{Messages}' is {JsonLine.Named(messages)}, not a list");
        }

        var turns = new List<ChatTurn>();
        foreach (var message in messages.EnumerateArray())
        {
            var place = $"has a message {turns.Count + 1} that ";
            if (message.ValueKind != JsonValueKind.Object)
            {
                return (null, $"{place}is {JsonLine.Named(message)}, not an object");
            }

            if ((JsonLine.NoString(message, Role, Role) ?? JsonLine.NoString(message, Content, "text")) is { } missing)
            {
                return (null, place + missing);
            }

            var (role, text) = (AnswerLine.Text(message, Role), AnswerLine.Text(message, Content));
            ChatSpeaker? speaker = role switch
            {
                "system" => ChatSpeaker.System,
                "user" => ChatSpeaker.User,
                "assistant" => ChatSpeaker.Assistant,
                "tool" => ChatSpeaker.Tool,
                _ => null,
            };
            if (speaker is not { } known)
            {
                return (null, $"{place}has the role '{role}'; it is 'system', 'user', 'assistant' or 'tool'");
            }

            if (Surrogates.IndexOfHalf(text) >= 0)
            {
                return (null, Surrogates.Problem);
            }

            if (known == ChatSpeaker.Assistant && text.Length == 0)
            {
                return (null, $"{place}has an empty answer");
            }

            turns.Add(new ChatTurn(known, text));
        }

        return turns.Any(static turn => turn.Speaker == ChatSpeaker.Assistant)
            ? (new Conversation(turns), null)
            : (null, "has no message of the assistant, so that there is no answer to learn");
    }
}
