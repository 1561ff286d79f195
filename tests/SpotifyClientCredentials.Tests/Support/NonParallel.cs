namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// Tests that use many threads or sockets, or that require that no other test allocates, collects garbage or writes to the console at the
/// same time.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NonParallel
{
    public const string Name = nameof(NonParallel);
}
