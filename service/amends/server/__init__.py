"""The process that answers calls: gRPC servicers and the life of the process. Servicers decode, call and encode."""
