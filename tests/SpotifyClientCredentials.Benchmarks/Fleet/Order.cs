namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>What the run tells a worker process, one line of JSON on its standard input. It answers with a <see cref="Tally"/>.</summary>
internal sealed record Order
{
    public required OrderKind Kind { get; init; }

    /// <summary>How many instances it is for, the first ones of the process.</summary>
    public int Instances { get; init; }

    public InstanceSettings? Settings { get; init; }

    /// <summary>Between two calls of one instance.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>The secret to go over to.</summary>
    public string? Secret { get; init; }
}

internal enum OrderKind
{
    /// <summary>Throws the instances away and builds new ones, which have no token yet.</summary>
    Build,

    /// <summary>Has each make one call, all at the same moment, and tells how they ended.</summary>
    Call,

    /// <summary>Has each call again and again.</summary>
    Start,

    /// <summary>Ends that, and tells how the calls ended.</summary>
    Stop,

    /// <summary>Changes the secret in the configuration of each.</summary>
    Rotate,
}

/// <summary>How an instance is set up.</summary>
internal sealed record InstanceSettings
{
    public required Uri TokenEndpoint { get; init; }

    public required Uri ApiBaseAddress { get; init; }

    public required string ClientId { get; init; }

    public required string Secret { get; init; }

    public required TimeSpan RenewalWindow { get; init; }

    public required Sharing Sharing { get; init; }
}

/// <summary>How the instances of a fleet share their token.</summary>
internal enum Sharing
{
    /// <summary>Each has its own.</summary>
    None,

    /// <summary>Over the store.</summary>
    Store,

    /// <summary>Over the store, and one at a time may fetch.</summary>
    StoreAndLock,
}
