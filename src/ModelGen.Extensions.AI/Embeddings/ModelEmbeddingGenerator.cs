using Microsoft.Extensions.AI;
using ModelGen.Models;
using ModelGen.Prediction;

namespace ModelGen.Embeddings;

/// <summary>A network that reads tokens as an embedding generator of Microsoft.Extensions.AI.</summary>
/// <remarks>Any number of threads may ask at once; one is served after another.</remarks>
/// <example>
/// <code>
/// using var generator = new ModelEmbeddingGenerator(new TextEmbedder(model, tokenizer));
/// var vector = await generator.GenerateVectorAsync("A man is eating food.");
/// </code>
/// </example>
public sealed class ModelEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly TextEmbedder _embedder;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _modelId;

    /// <summary>Creates a generator.</summary>
    /// <param name="embedder">What makes the vectors; nothing else uses its network meanwhile, which stays the caller's.</param>
    public ModelEmbeddingGenerator(TextEmbedder embedder)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        (_embedder, _modelId) = (embedder, embedder.Model.GetName());
        _metadata = Metadata(_modelId);
    }

    /// <summary>What embeddings call the model: by default the name in its spec.</summary>
    public string ModelId
    {
        get => _modelId;
        init
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            (_modelId, _metadata) = (value, Metadata(value));
        }
    }

    /// <summary>Makes vectors of texts.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">What is asked for: the model's own name and number of dimensions, if any.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The vectors, in the order of the texts, with the number of tokens that were read.</returns>
    /// <exception cref="NotSupportedException">An option cannot be honoured.</exception>
    /// <exception cref="ModelGenException">A text has no token or more than the network reads, has the padding token written out, or has
    /// something that the tokenizer lacks; or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        Refuse(options);
        string[] texts = [.. values];
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Result(await Task.Run(() => _embedder.Embed(texts, cancellationToken), cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Gives the generator itself, its <see cref="EmbeddingGeneratorMetadata"/>, <see cref="TextEmbedder"/> or <see cref="Network"/>.
    /// </summary>
    /// <param name="serviceType">The type that is asked for.</param>
    /// <param name="serviceKey">Null; there is nothing under other keys.</param>
    /// <returns>The object, or null if there is none of the type.</returns>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        object[] services = [this, _metadata, _embedder, _embedder.Model];
        return serviceKey is null ? Array.Find(services, serviceType.IsInstanceOfType) : null;
    }

    /// <summary>Frees nothing: the network is the caller's.</summary>
    public void Dispose() { }

    private EmbeddingGeneratorMetadata Metadata(string modelId) =>
        new(nameof(ModelGen), defaultModelId: modelId, defaultModelDimensions: _embedder.Dimensions);

    private GeneratedEmbeddings<Embedding<float>> Result(IReadOnlyList<TextEmbedding> embeddings)
    {
        var created = DateTimeOffset.UtcNow;
        var tokens = embeddings.Sum(static embedding => (long)embedding.TokenCount);
        return new(embeddings.Select(embedding => new Embedding<float>(embedding.Vector) { CreatedAt = created, ModelId = ModelId }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    private void Refuse(EmbeddingGenerationOptions? options)
    {
        var problem =
            options?.ModelId is { } id && id != ModelId ? $"ModelId is '{id}', but the model is '{ModelId}'"
            : options?.Dimensions is { } dimensions && dimensions != _embedder.Dimensions
                ? $"Dimensions is {dimensions}, but the vectors of {ModelId} have {_embedder.Dimensions}"
            : options?.AdditionalProperties?.Keys.FirstOrDefault() is { } key ? $"AdditionalProperties has '{key}', which nothing reads"
            : options?.RawRepresentationFactory is not null
                ? "RawRepresentationFactory is set, but embeddings have no options of their own; set those of TextEmbedder"
            : null;
        if (problem is not null)
        {
            throw new NotSupportedException($"{problem}.");
        }
    }
}
