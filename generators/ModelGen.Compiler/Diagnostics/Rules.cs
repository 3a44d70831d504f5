using System.Reflection;

namespace ModelGen.Compiler.Diagnostics;

/// <summary>
/// Every diagnostic. A new one takes the next free number; numbers are never reused. The help pages are generated from this
/// list and the folder Examples beside it, which has for each what breaks it and how that is fixed.
/// </summary>
internal static class Rules
{
    public static readonly Rule InvalidYaml = new(
        "MG1001",
        "The file is not valid YAML",
        "the file is not valid YAML: {0}",
        "The text violates YAML's grammar, so nothing after this place can be read.",
        "Look at the reported place and just before it: the usual causes are an unclosed bracket or quote, a tab used as indentation, or a "
            + "missing ': '."
    );

    public static readonly Rule EmptyFile = new(
        "MG1002",
        "The file is empty",
        "the file holds no {0}",
        "A *.model.yaml file is one model and a *.run.yaml file one recipe; this one is empty, or has only comments.",
        "Write the model or the recipe, or delete the file."
    );

    public static readonly Rule SeveralDocuments = new(
        "MG1003",
        "Several documents in one file",
        "a second YAML document starts here; a file holds one model or one recipe",
        "A '---' line starts a second document.",
        "Move the second model or recipe to its own file."
    );

    public static readonly Rule TooDeep = new(
        "MG1004",
        "Nested too deeply",
        "this is nested more than {0} levels deep",
        "Lists and groups may be nested at most 64 levels deep.",
        "Move the inner layers to 'blocks' and use them by name."
    );

    public static readonly Rule AnchorOrAlias = new(
        "MG1005",
        "YAML anchor or alias",
        "'{0}' is a YAML anchor or alias, which specs do not allow",
        "Anchors copy text out of sight, so a mistake would be reported in the wrong place.",
        "Use 'let' for a value and 'blocks' for a list of layers."
    );

    public static readonly Rule Tag = new(
        "MG1006",
        "YAML tag",
        "'{0}' is a YAML tag, which specs do not allow",
        "Each key determines the type of its value.",
        "Remove the tag."
    );

    public static readonly Rule KeyIsNoWord = new(
        "MG1007",
        "A key must be a word",
        "a key must be a word; found {0}",
        "Keys of a group are plain words.",
        "Write the key as a word followed by ': '."
    );

    public static readonly Rule DuplicateKey = new(
        "MG1008",
        "A key is written twice",
        "'{0}' is already given on line {1}",
        "One of two equal keys would be ignored.",
        "Remove one of them."
    );

    public static readonly Rule Unreadable = new(
        "MG1009",
        "The file cannot be read",
        "the file cannot be read as text: {0}",
        "The file is missing, is larger than a million characters, or cannot be opened.",
        "Check the file and its permissions."
    );

    public static readonly Rule TooMany = new(
        "MG1010",
        "More mistakes than are shown",
        "{0} more mistakes from here on are not shown",
        "Only the first hundred mistakes of a file are shown, in file order, so that one broken file does not bury the mistakes in the "
            + "others.",
        "Fix the ones shown and build again. If everything seems wrong, the first mistake is often the cause of the rest."
    );

    public static readonly Rule UnknownKey = new(
        "MG2001",
        "Unknown key",
        "'{0}' is not a key of {1}{2}",
        "Nothing in a spec is ignored, so a key that nothing reads is a mistake.",
        "Correct the spelling or remove the key. docs/layers.md lists every word and its keys."
    );

    public static readonly Rule UnknownWord = new(
        "MG2002",
        "Unknown word",
        "'{0}' is not {1}{2}",
        "The word is not in the catalogue.",
        "Use one of the words that docs/layers.md lists; a layer may also be a block, which is defined under 'blocks'."
    );

    public static readonly Rule OutputShape = new(
        "MG2003",
        "The output has the wrong shape",
        "{0} gives {1}; {2} must give {3}. How it got there: {4}",
        "The family requires a certain shape for the result of this part.",
        "Change the last layers to give the required shape; the trail shows every shape along the way."
    );

    public static readonly Rule MissingKey = new(
        "MG2004",
        "A key is missing",
        "{0} needs '{1}': {2}",
        "The key has no default.",
        "Add the key."
    );

    public static readonly Rule WrongType = new(
        "MG2005",
        "A value of the wrong type",
        "'{0}' expects {1}; found {2}",
        "The value cannot be read as the type that the key takes.",
        "Write a value of the expected type."
    );

    public static readonly Rule OutOfRange = new(
        "MG2006",
        "A value out of range",
        "'{0}' is {1}; it must be {2}",
        "The value has the right type but no meaning here.",
        "Choose a value in the stated range."
    );

    public static readonly Rule LayerInput = new(
        "MG2007",
        "A layer cannot take its input",
        "{0} {1}. How it got there: {2}",
        "The layer does not accept an input of this shape.",
        "Change the layer, or put one before it that gives the required shape; the trail shows every shape along the way."
    );

    public static readonly Rule Expression = new(
        "MG2008",
        "An expression cannot be computed",
        "'{0}' cannot be computed: {1}",
        "Numbers may be written as arithmetic with + - * / ( ) sqrt(x) and $names.",
        "Correct the expression at the reported place."
    );

    public static readonly Rule UnknownName = new(
        "MG2009",
        "Unknown constant",
        "'${0}' is not defined{1}",
        "A $name refers to a constant under 'let', defined above its use, or to a parameter of the enclosing block.",
        "Define the constant, or correct its name."
    );

    public static readonly Rule UnusedConstant = new(
        "MG2010",
        "A value is never used",
        "'{0}' is never used",
        "Nothing in a spec is ignored: a constant, a block parameter or an initialiser that nothing reads hides a mistake.",
        "Use it (a constant or parameter as $name) or remove it."
    );

    public static readonly Rule UnusedBlock = new(
        "MG2011",
        "A block is never used",
        "the block '{0}' is never used",
        "Nothing in a spec is ignored: a block that no layer list names has no effect.",
        "Use the block or remove it."
    );

    public static readonly Rule RecursiveBlock = new(
        "MG2012",
        "A block contains itself",
        "the block '{0}' contains itself: {1}",
        "A block is copied where it is used, so it cannot contain itself.",
        "Use 'repeat' for depth."
    );

    public static readonly Rule InvalidName = new(
        "MG2013",
        "Not a usable name",
        "'{0}' cannot be the name of {1}: {2}",
        "The name becomes a C# name, or would hide another one.",
        "Choose another name."
    );

    public static readonly Rule DuplicateModel = new(
        "MG2014",
        "Two models with the same name",
        "the model '{0}' is also defined in {1}",
        "Each model becomes a class in a file named after it, so no two models may have the same name, or names that differ only in case.",
        "Rename one of them. If one file is a copy of the other that is kept for another purpose, delete it, give it a name that does not "
            + "end in .model.yaml, or exclude it from the project with the property DefaultItemExcludes."
    );

    public static readonly Rule UnknownTensor = new(
        "MG2015",
        "Unknown tensor name",
        "no earlier layer here is named '{0}'{1}",
        "'from' takes names given with 'as' by earlier layers of the same list or of an enclosing one. A repeat or a block sees only its "
            + "own.",
        "Correct the name, or add 'as' to the intended layer."
    );

    public static readonly Rule DuplicateTensor = new(
        "MG2016",
        "A tensor name is given twice",
        "a layer here is already named '{0}'",
        "'from' could not tell two equal names apart.",
        "Rename one of them."
    );

    public static readonly Rule UnusedResult = new(
        "MG2017",
        "A result is never used",
        "the result of {0} is never used",
        "The layer after it takes its input from elsewhere, so this layer has no effect.",
        "Name the result with 'as' and take it with 'from', or remove the layer."
    );

    public static readonly Rule EmptyList = new(
        "MG2018",
        "An empty list",
        "'{0}' has no entries; it needs at least one",
        "An empty list would have no effect.",
        "Add an entry or remove the key."
    );

    public static readonly Rule ResidualShape = new(
        "MG2019",
        "A residual changes the shape",
        "residual adds its input {0} to the output of its layers, {1}; the two shapes must be equal. How it got there: {2}",
        "y = x + f(x) needs f(x) to have the shape of x.",
        "Make the inner layers end with the shape they start from."
    );

    public static readonly Rule JoinShapes = new(
        "MG2020",
        "Tensors of incompatible shapes",
        "{0} cannot join {1}: {2}",
        "add needs equal shapes; concat needs shapes that are equal except along the joined axis.",
        "Bring the tensors to compatible shapes first."
    );

    public static readonly Rule NotCausal = new(
        "MG2021",
        "A layer sees what the model should predict",
        "{0} is not causal; under the objective '{1}' it would see the tokens that it should predict",
        "Next-token training compares each position's prediction with the token that follows; a layer that lets positions see "
            + "later ones copies the answer, and the model learns nothing.",
        "Write 'causal: true' for self-attention; remove other layers that mix the positions of a sequence."
    );

    public static readonly Rule TooLarge = new(
        "MG2022",
        "The model is too large",
        "{0}: {1}",
        "A tensor may have up to 2^40 elements, and a model up to 20,000 layers and 500 different module classes.",
        "Reduce the sizes; the usual cause is a number that is a thousand times too large."
    );

    public static readonly Rule Conflict = new(
        "MG2023",
        "Two parts of a file contradict each other",
        "{0}",
        "Each of the two is allowed by itself, but not with the other: a value with the data, a layer or another value of its model, or a "
            + "recipe with the model that it trains.",
        "Change one of the two that the message names; it says what fits."
    );

    public static readonly Rule SideShape = new(
        "MG2024",
        "A state or an output of the wrong shape",
        "'{0}' is given a result of the shape {1}: {2}. How it got there: {3}",
        "The next call takes the state that this one gives, so its shape must match; results given to one output are added up, so their "
            + "shapes must be equal.",
        "Bring the result to the required shape, or give it another name."
    );

    public static readonly Rule UnusedSide = new(
        "MG2025",
        "A side tensor that no layer uses",
        "'{0}' has no effect: {1}",
        "Nothing in a spec is ignored: a side input that no layer takes, or an output that no layer gives, hides a mistake.",
        "Connect it with 'from' or 'as', or remove it."
    );

    public static readonly Rule NoEffect = new(
        "MG2026",
        "A value that has no effect",
        "'{0}' has no effect: {1}",
        "Nothing in a spec is ignored: a value that the others make ineffective promises something that will not happen.",
        "Remove the value, or change the one that the message names so that both count."
    );

    public static readonly Rule UnsuitedWord = new(
        "MG2027",
        "A word that does not fit here",
        "'{0}' is {1}, but not one that '{2}' takes here; it takes {3}",
        "The word is in the catalogue, but belongs to models of another family, or to another key.",
        "Use one of the words that the message lists, or change the family."
    );

    public static readonly Rule LayoutMisfit = new(
        "MG2028",
        "Weights of another architecture",
        "weights of the layout '{0}' do not fit this model: {1}",
        "A layout is the form in which weights of one architecture are published. A model that computes something else would take them "
            + "without an error, and give nonsense.",
        "Change the layer as the message says, choose the layout of the model's architecture, or 'modelgen' for files of its own."
    );

    public static readonly Rule UnknownModel = new(
        "MG2030",
        "A recipe for an unknown model",
        "'{0}' names {1}",
        "A recipe trains a model of its own project: one from a *.model.yaml file, or a class with the attributes of a model.",
        "Correct the name; if several models have it, put the namespace of the intended one before it."
    );

    public static readonly Rule NameTaken = new(
        "MG2032",
        "A recipe whose name is taken",
        "the recipe '{0}' cannot have this name: {1}",
        "Each recipe becomes a class in a file named after it, alongside those of models and other recipes, so no two may have the same "
            + "name, or names that differ only in case.",
        "Rename one of them."
    );

    public static readonly Rule OwnType = new(
        "MG2033",
        "A class of your own that cannot be used",
        "'{0}' cannot be used here: {1}",
        "A spec names a class of the project or of what it references, with its namespace, and the generated code creates it.",
        "Correct the name, with its namespace, or let the class extend the one that the message names."
    );

    public static readonly Rule WeightsMisfit = new(
        "MG2034",
        "A file of weights that does not fit the model",
        "the weights file '{0}' does not fit this model in the layout '{1}': {2}; use the weights of a model of these sizes, or change the "
            + "spec",
        "The file that the spec names is there at build, so that its header is compared with the model: each tensor must have its name in "
            + "the layout and the shape that the layers give it. The program would refuse the file when it loads it.",
        "Correct the sizes of the spec, name the file of a model of these sizes, or choose the layout that the file has."
    );

    public static readonly Rule TokenizerMisfit = new(
        "MG2035",
        "A tokenizer that does not fit the model",
        "the tokenizer '{0}' cannot be used: {1}",
        "The file that the spec names is there at build, so that its tokens are compared with what the spec says of them. With another id "
            + "for the token that ends texts, say, a model would never stop.",
        "Correct the vocabulary, the token or its id as the message says, or name the file of another tokenizer."
    );

    public static readonly Rule DamagedFile = new(
        "MG2036",
        "A file that cannot be read",
        "{0}",
        "The file that the spec names is there at build, but it is damaged, or of another kind, or the build must not read it. The program "
            + "could not load it either.",
        "Use another copy of the file, or name another one."
    );

    public static readonly Rule CoversNothing = new(
        "MG2037",
        "A pattern that covers nothing",
        "'{0}' covers no {1} of the model '{2}'{3}",
        "A recipe names parts of its model by patterns of their names in the model's state, and the model has nothing of such a name.",
        "Write a name as the layer table's class has it, all of it or its first parts, with `*` for any letters of a part."
    );

    public static readonly Rule ClassForm = new(
        "MG3001",
        "A class that cannot be a model",
        "'{0}' cannot be a model: {1}",
        "ModelGen adds a part to the class, so it must be possible to declare part of the class in another file.",
        "Change the class's declaration, or what is in its way, as the message says."
    );

    public static readonly Rule SeveralFamilies = new(
        "MG3002",
        "A class of two families",
        "'{0}' is already of the family '{1}'; a model has only one",
        "A model has the keys and the roles of one family. A class bound to a spec by [Model] has the family of the spec.",
        "Remove one of the attributes."
    );

    public static readonly Rule LayerListForm = new(
        "MG3003",
        "A property that cannot list layers",
        "'{0}' cannot list layers: {1}",
        "ModelGen implements a property that lists layers, so it must be partial, of the type LayerList, and have only a getter.",
        "Write it as in 'static partial LayerList NetworkLayers { get; }'."
    );

    public static readonly Rule UnreadAttribute = new(
        "MG3004",
        "An attribute that has no effect",
        "[{0}] has no effect: {1}",
        "Nothing in a model is ignored: an attribute that nothing reads hides a mistake.",
        "Remove the attribute, or give the class the family that reads it."
    );

    public static readonly Rule UnusedLayers = new(
        "MG3005",
        "A list of layers is never used",
        "'{0}' is never used: it is not a role of the family ({1}), and no layer names it",
        "Nothing in a model is ignored: a list that no role or other list refers to has no effect.",
        "Use it, as in [Residual(nameof(Block))], name it after a role, or remove it."
    );

    public static readonly Rule AmbiguousKey = new(
        "MG3006",
        "An attribute that may fill several keys",
        "[{0}] may fill {1}; say which, as in Key = \"{2}\"",
        "Several keys of the family take what the attribute says.",
        "Add Key with the path of the intended one."
    );

    public static readonly Rule OtherFile = new(
        "MG3007",
        "A model in two files",
        "{0} is in a different file from {1}; a model or a recipe must be described in one file",
        "A model or a recipe is read from one file, and its mistakes and lines refer to that file. Other members of the class may be "
            + "anywhere.",
        "Move the attribute or the property to the part of the class that has the family, or [Recipe]."
    );

    public static readonly Rule MemberTaken = new(
        "MG3008",
        "A list of layers has a member's name",
        "'{0}' is also a generated member of the model's class; '{0}Layers' names the list and leaves the member alone",
        "Submodules of a model, and what its family offers, are members of its class.",
        "End the property's name in Layers; the block is named without it."
    );

    public static readonly Rule SpecBinding = new(
        "MG3009",
        "A class bound to no spec",
        "[Model] cannot bind '{0}': {1}",
        "[Model] names a *.model.yaml of the project, relative to the project's folder, whose model has the class's name.",
        "Correct the path or the name."
    );

    public static readonly Rule MemberClash = new(
        "MG3010",
        "A member that the generated part declares too",
        "'{0}' is also a generated member of the model '{1}'; give yours another name",
        "Submodules of a model, its constants and options, and what its family offers, are members of its class; its other parts can "
            + "only add to them.",
        "Rename your member or, where it is a layer's name that is taken, give the layer another one with 'as'."
    );

    public static readonly Rule RecipeForm = new(
        "MG3030",
        "A class that cannot be a recipe",
        "'{0}' cannot be a recipe: {1}",
        "ModelGen adds a static part to the class, so it must be possible to declare part of the class in another file.",
        "Change the class's declaration as the message says."
    );

    public static readonly Rule SquashedOutput = new(
        "MG4001",
        "A squashed output where any number is wanted",
        "{0} gives {1}, but '{2}' {3}; remove the layer, or allow MG4001 if it is meant",
        "An objective that takes logits or scores does the squashing itself. Squashed before, its probabilities can no longer come near "
            + "0 and 1, its gradients fade where the network is most wrong, and training settles far from what the network could learn.",
        "Remove the last activation. If it is meant, allow the warning: 'allow: [MG4001]' in a spec, '#pragma warning disable MG4001' "
            + "around a class."
    );

    public static readonly Rule OutputRange = new(
        "MG4002",
        "An output that cannot reach the data",
        "{0} gives {1}, but {2}; {3}, or allow MG4002 if it is meant",
        "What a model generates can match the data only where its last layer can reach them. A discriminator tells the rest apart by their "
            + "range alone, and a likelihood never fits them.",
        "Choose the last activation by the data's range. If it is meant, allow the warning: 'allow: [MG4002]' in a spec, '#pragma warning "
            + "disable MG4002' around a class."
    );

    public static readonly Rule PenaltyAcrossSamples = new(
        "MG4003",
        "A penalty per sample with layers that mix samples",
        "{0}, but '{1}' penalises the discriminator's gradient at each sample by itself; use 'layer-norm' or 'group-norm', or "
            + "allow MG4003 if it is meant",
        "A penalty on gradients is defined for a discriminator that scores each sample by itself. With statistics over the batch, the "
            + "gradient at one sample also holds its effect on the scores of all others: Gulrajani et al. 2017, section 4.",
        "Use a normalisation of single samples, or spectral normalisation. If it is meant, allow the warning: 'allow: [MG4003]' in a spec, "
            + "'#pragma warning disable MG4003' around a class."
    );

    public static readonly Rule ConstantResult = new(
        "MG4004",
        "A layer whose result is always the same",
        "{0} over {1} gives {2}, whatever comes in; {3}, or allow MG4004 if it is meant",
        "Normalised over a single element, every input gives the same result, so that nothing before the layer can learn.",
        "Choose another axis, or more elements. If it is meant, allow the warning: 'allow: [MG4004]' in a spec, '#pragma warning disable "
            + "MG4004' around a class."
    );

    public static readonly Rule SeesOnlyEarlier = new(
        "MG4005",
        "A masked model that sees only earlier tokens",
        "'{0}' predicts a token from those on both sides, but no layer sees later ones; write 'causal: false', or allow MG4005 if it is "
            + "meant",
        "A masked token is predicted from the tokens before and after it. In a causal network those after it are never seen, and most of "
            + "what such training is for is lost.",
        "Write 'causal: false' for self-attention. If it is meant, allow the warning: 'allow: [MG4005]' in a spec, '#pragma warning "
            + "disable MG4005' around a class."
    );

    public static readonly Rule MixesPadding = new(
        "MG4006",
        "A layer that mixes padding into a sequence",
        "'{0}' looks at later positions, which may be padding, so that a text's result depends on how far it was filled up; leave it out, "
            + "or allow MG4006 if it is meant",
        "Short sequences of a batch are filled up with the padding token. Attention and 'sequence-pool' leave it out; other layers that "
            + "look along the sequence take it for text, and give another result in a batch of longer texts.",
        "Use attention or 'sequence-pool'. If it is meant, allow the warning: 'allow: [MG4006]' in a spec, '#pragma warning disable "
            + "MG4006' around a class."
    );

    public static readonly Rule Library = new(
        "MG8001",
        "A native library that cannot be copied",
        "'{0}' {1}",
        "TorchSharp's Linux library requires a newer C++ library than Debian 12 and Ubuntu 22.04 have, so the build puts a copy that does "
            + "not into the output. The library is damaged or missing, or the copy cannot be written.",
        "If the library is damaged or missing, delete the folder of its package and restore it again; if the copy cannot be written, check "
            + "that the build may write there and that the disk is not full."
    );

    public static readonly Rule Internal = new(
        "MG9999",
        "A fault in ModelGen itself",
        "ModelGen failed on this file: {0}. This is a fault in ModelGen, not in the spec; please report it with the file",
        "The compiler encountered a case that it does not handle.",
        "Report it with the spec. The other models of the project are not affected."
    );

    /// <summary>Every rule, by number.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        .. typeof(Rules)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => field.GetValue(null))
            .OfType<Rule>()
            .OrderBy(static rule => rule.Id, StringComparer.Ordinal),
    ];
}
