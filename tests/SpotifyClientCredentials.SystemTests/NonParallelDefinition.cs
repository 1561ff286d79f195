using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests;

/// <summary>Defines the collection <see cref="NonParallel"/> for this assembly, because xunit doesn't apply the definitions of another one.</summary>
[CollectionDefinition(NonParallel.Name, DisableParallelization = true)]
public sealed class NonParallelDefinition;
