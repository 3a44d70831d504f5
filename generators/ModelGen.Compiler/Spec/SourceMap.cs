using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Spec;

/// <summary>Where one layer was written, and where each of its arguments was.</summary>
internal sealed record LayerPlace(SourceSpan Layer, EquatableArray<ArgumentPlace> Arguments);

/// <summary>Where an argument was written.</summary>
internal sealed record ArgumentPlace(string Name, SourceSpan Span);

/// <summary>The places of a spec, kept separate from it; entry n is the layer whose origin is n.</summary>
/// <param name="Model">The model's name and the values of the file's keys.</param>
/// <param name="Layers">Its layers.</param>
internal sealed record SourceMap(LayerPlace Model, EquatableArray<LayerPlace> Layers)
{
    /// <summary>The places of a file that could not be read.</summary>
    public static readonly SourceMap None = new(new LayerPlace(SourceSpan.FileStart, default), default);

    /// <summary>The place of an argument, or else of what encloses it: a group or word that was written, its layer, or the model.</summary>
    /// <param name="origin">The layer; below 0 the model.</param>
    /// <param name="argument">The path of keys and words to the argument, such as <c>training.optimizer.muon</c>; null for the layer
    /// itself.</param>
    public SourceSpan Find(int origin, string? argument)
    {
        var place = origin < 0 ? Model : Layers[origin];
        for (var path = argument ?? ""; path.Length > 0; path = path.Substring(0, Math.Max(0, path.LastIndexOf('.'))))
        {
            if (place.Arguments.FirstOrDefault(candidate => candidate.Name == path) is { } known)
            {
                return known.Span;
            }
        }

        return place.Layer;
    }
}
