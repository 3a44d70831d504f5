using Microsoft.Extensions.AI;

namespace ModelGen.Chat;

/// <summary>What all updates of a response have in common.</summary>
/// <param name="modelId">What the response calls the model.</param>
internal sealed class ResponseHead(string modelId)
{
    private readonly string _id = $"chat_{Guid.NewGuid():N}";
    private readonly DateTimeOffset _created = DateTimeOffset.UtcNow;

    /// <summary>A part of the answer.</summary>
    public ChatResponseUpdate Update(params IList<AIContent> contents) =>
        new(ChatRole.Assistant, contents)
        {
            ResponseId = _id,
            MessageId = _id,
            ModelId = modelId,
            CreatedAt = _created,
        };

    /// <summary>The end of the answer.</summary>
    public ChatResponseUpdate Last(UsageDetails usage, ChatFinishReason reason, long seed)
    {
        var update = Update(new UsageContent(usage));

        // Properties of an update without a message are those of the response.
        update.MessageId = null;
        update.FinishReason = reason;
        update.AdditionalProperties = new AdditionalPropertiesDictionary { [ModelChatClient.SeedKey] = seed };
        return update;
    }
}
