"""The OpenAPI documents of the HTTP side, from the descriptors of the contract and the comments of its protos."""
