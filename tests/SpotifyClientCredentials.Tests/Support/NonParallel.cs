namespace SpotifyClientCredentials.Tests.Support;

/// <summary>For tests that block many threads, or that count on no other test allocating or collecting meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NonParallel
{
    public const string Name = nameof(NonParallel);
}
