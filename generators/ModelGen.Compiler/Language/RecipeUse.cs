namespace ModelGen.Compiler.Language;

/// <summary>What a recipe, which trains a model in another way than its spec says, does with a key of the model.</summary>
internal enum RecipeUse
{
    /// <summary>A key of the family: recipes do not have it. A key inside a group or a word: as in the model.</summary>
    None,

    /// <summary>Every recipe gives it anew.</summary>
    Required,

    /// <summary>A recipe may give it anew; left out, it is the model's own.</summary>
    Optional,

    /// <summary>It is built into the model: a recipe that gives it must say the same, and may leave it out.</summary>
    Fixed,

    /// <summary>Only recipes have it, and each may leave it out.</summary>
    Own,
}
