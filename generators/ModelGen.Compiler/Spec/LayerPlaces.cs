using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Spec;

/// <summary>Where one layer was written, and where each of its arguments was.</summary>
internal sealed record LayerPlace(SourceSpan Layer, EquatableArray<ArgumentPlace> Arguments);

/// <summary>Where an argument was written.</summary>
internal sealed record ArgumentPlace(string Name, SourceSpan Span);

/// <summary>The places that belong to a spec, kept apart from it; entry n is the layer whose origin is n.</summary>
internal sealed record LayerPlaces(SourceSpan Model, EquatableArray<LayerPlace> Layers)
{
    /// <summary>The place of an argument, or of its layer where the argument was left out.</summary>
    public SourceSpan Find(int origin, string? argument)
    {
        if (origin < 0)
        {
            return Model;
        }

        var place = Layers[origin];
        return place.Arguments.FirstOrDefault(candidate => candidate.Name == argument)?.Span ?? place.Layer;
    }
}
