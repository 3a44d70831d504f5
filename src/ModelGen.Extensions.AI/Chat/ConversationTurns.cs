using System.Text.Json;
using Microsoft.Extensions.AI;

namespace ModelGen.Chat;

/// <summary>The messages of a request as turns of a template.</summary>
internal static class ConversationTurns
{
    /// <summary>The turns of a request.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="before">What is said before the first instruction.</param>
    /// <param name="after">What is said after the instructions at the beginning.</param>
    /// <exception cref="ArgumentException">There is no message.</exception>
    /// <exception cref="NotSupportedException">A message has a role or a content that a template has no turn for.</exception>
    public static IReadOnlyList<ChatTurn> Of(IEnumerable<ChatMessage> messages, string? before, IEnumerable<string> after)
    {
        var all = messages.SelectMany(Turns).ToList();
        if (all.Count == 0)
        {
            throw new ArgumentException("There is no message to answer; pass at least one.", nameof(messages));
        }

        // One turn holds all instructions at the beginning: models are trained with one.
        var others = all.FindIndex(static turn => turn.Speaker != ChatSpeaker.System);
        var instructions = all.Take(others < 0 ? all.Count : others).ToArray();
        string[] first = string.IsNullOrEmpty(before) ? [] : [before];
        string[] parts = [.. first, .. instructions.Select(static turn => turn.Text), .. after];
        return
        [
            .. parts.Length > 0 ? (ChatTurn[])[new ChatTurn(ChatSpeaker.System, string.Join("\n\n", parts))] : [],
            .. all.Skip(instructions.Length),
        ];
    }

    private static IEnumerable<ChatTurn> Turns(ChatMessage message, int index)
    {
        var speaker = Speaker(message.Role, index);
        var texts = new List<string>();
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent text:
                    texts.Add(text.Text);
                    break;
                case FunctionCallContent call:
                    if (Joined() is { } said)
                    {
                        yield return said;
                    }

                    yield return new ChatTurn(ChatSpeaker.Assistant, OfferedFunctions.Write(call));
                    break;
                case FunctionResultContent result:
                    if (Joined() is { } told)
                    {
                        yield return told;
                    }

                    yield return new ChatTurn(ChatSpeaker.Tool, Written(result.Result));
                    break;
                case UsageContent:
                    break;
                default:
                    throw new NotSupportedException(
                        $"Message {index + 1} ({message.Role}) has a {content.GetType().Name}; the model reads texts, function calls and "
                            + "their results alone."
                    );
            }
        }

        if (Joined() is { } rest)
        {
            yield return rest;
        }

        ChatTurn? Joined()
        {
            ChatTurn? turn = texts.Count > 0 ? new ChatTurn(speaker, string.Concat(texts)) : null;
            texts.Clear();
            return turn;
        }
    }

    private static string Written(object? result) =>
        result switch
        {
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
            _ => PromptJson.Write(result),
        };

    private static ChatSpeaker Speaker(ChatRole role, int index) =>
        role == ChatRole.System ? ChatSpeaker.System
        : role == ChatRole.User ? ChatSpeaker.User
        : role == ChatRole.Assistant ? ChatSpeaker.Assistant
        : role == ChatRole.Tool ? ChatSpeaker.Tool
        : throw new NotSupportedException(
            $"Message {index + 1} has the role '{role}'; a template has turns of system, user, assistant and tool."
        );
}
